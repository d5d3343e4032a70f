/// Reading and writing of YAML, in the meaning that Kubernetes' own tools give it.
///
/// Documents become JSON values: names of members are texts (`1: a` has a member `"1"`), members named twice are errors,
/// merge keys (`<<`) are applied, aliases are replaced by what they name. See `YAMLScalar` for the types of scalars.
/// A tag that is not of YAML's own (`!Ref`) is ignored, and its scalar is a text, as `kubectl` does.
public enum YAML {
  /// How many nodes aliases may add to a text's documents, in total: far more than people write by hand, far less than
  /// what an alias bomb needs.
  public static let aliasLimit = 100_000

  /// Reads all documents of a text.
  ///
  /// Documents without any content (only comments, or nothing between two `---`) are left out.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8, or in UTF-16 with a byte order mark.
  ///   - source: The name of the file for errors and positions.
  ///   - scalarsAreTexts: Whether scalars are texts as they are written, whatever they look like (YAML 1.2 §10.1, the
  ///     failsafe schema).
  /// - Returns: The documents in their order.
  /// - Throws: ``DocumentError`` with the position of the first fault.
  public static func parseAll(
    _ bytes: [UInt8], source: String? = nil, scalarsAreTexts: Bool = false
  ) throws(DocumentError) -> [Document] {
    var composer = try YAMLComposer(bytes, source: source, scalarsAreTexts: scalarsAreTexts)
    return try composer.composeAll()
  }

  /// Reads all documents of a text; see ``parseAll(_:source:scalarsAreTexts:)-([UInt8],_,_)``.
  public static func parseAll(
    _ text: String, source: String? = nil, scalarsAreTexts: Bool = false
  ) throws(DocumentError) -> [Document] {
    try parseAll(Array(text.utf8), source: source, scalarsAreTexts: scalarsAreTexts)
  }

  /// Reads the only document of a text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - source: The name of the file for errors and positions.
  /// - Returns: The document; one whose value is ``Value/null`` if the text has no content.
  /// - Throws: ``DocumentError`` with the position of the first fault, or of the second document.
  public static func parse(_ bytes: [UInt8], source: String? = nil) throws(DocumentError) -> Document {
    let documents = try parseAll(bytes, source: source)
    if documents.count > 1 { throw documents[1].error("a second document where only one is allowed") }
    return documents.first
      ?? Document(value: .null, source: source, index: 0, mark: Mark(Position(line: 1, column: 1)))
  }

  /// Reads the only document of a text; see ``parse(_:source:)-([UInt8],_)``.
  public static func parse(_ text: String, source: String? = nil) throws(DocumentError) -> Document {
    try parse(Array(text.utf8), source: source)
  }

  /// Writes a value in block style, as `kubectl get -o yaml` does, with a line break at the end.
  ///
  /// Texts that could be taken for something else are quoted, texts of several lines become literal blocks. What is
  /// written reads back as the same value, except that a double with an integer's value reads back as that integer.
  ///
  /// - Parameters:
  ///   - value: What to write.
  ///   - sortedKeys: Members in the order of their names' bytes rather than their own.
  /// - Returns: The text.
  public static func serialize(_ value: Value, sortedKeys: Bool = false) -> String {
    var writer = YAMLWriter(sortedKeys: sortedKeys)
    writer.writeDocument(value)
    return writer.output
  }

  /// Writes several documents, separated by `---`.
  public static func serialize(documents: [Value], sortedKeys: Bool = false) -> String {
    documents.map { serialize($0, sortedKeys: sortedKeys) }.joined(separator: "---\n")
  }
}
