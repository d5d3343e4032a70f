/// Reading and writing of JSON texts (RFC 8259).
///
/// The reader accepts exactly the grammar of RFC 8259 in UTF-8 without byte order mark, and refuses what the RFC leaves
/// open but what is always a fault: members named twice, numbers beyond the range of a double, lone surrogates. An
/// integer beyond 64 bits becomes a double, as in the Kubernetes API.
public enum JSON {
  /// How deep arrays and objects may be nested unless a caller says otherwise; the same holds for YAML.
  ///
  /// A level takes up to 4 KiB of a thread's stack in a release build, five times as much in others, and there may be
  /// only 1 MiB. The definitions of Argo CD's resources, which are long, have 22 levels.
  public static let depthLimit = 128

  /// Reads one value; nothing but white space may follow it.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - source: The name of the file for errors.
  ///   - depthLimit: How deep arrays and objects may be nested.
  /// - Returns: The value.
  /// - Throws: ``DocumentError`` with the position of the first fault.
  public static func parse(
    _ bytes: [UInt8], source: String? = nil, depthLimit: Int = JSON.depthLimit
  ) throws(DocumentError) -> Value {
    var reader = JSONReader(bytes, depthLimit: depthLimit)
    do throws(JSONReader.Fault) {
      return try reader.readDocument()
    } catch {
      throw DocumentError(source: source, position: position(of: error.offset, in: bytes), error.message)
    }
  }

  /// Reads one value; nothing but white space may follow it.
  ///
  /// - Parameters:
  ///   - text: The JSON text.
  ///   - source: The name of the file for errors.
  /// - Returns: The value.
  /// - Throws: ``DocumentError`` with the position of the first fault.
  public static func parse(_ text: String, source: String? = nil) throws(DocumentError) -> Value {
    try parse(Array(text.utf8), source: source)
  }

  /// Writes a value as UTF-8.
  ///
  /// Doubles are written with the fewest digits that read back as the same double; those that JSON cannot express
  /// (infinities, not-a-number) as `null`. Text is escaped no more than the RFC demands.
  ///
  /// - Parameters:
  ///   - value: What to write.
  ///   - pretty: Two spaces of indentation per level and a line per member; no line break at the end.
  ///   - sortedKeys: Members in the order of their names' bytes rather than their own.
  /// - Returns: The text in UTF-8.
  public static func serialize(_ value: Value, pretty: Bool = false, sortedKeys: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty, sortedKeys: sortedKeys)
    writer.write(value, indent: 0)
    return writer.output
  }

  /// Writes a value as text; see ``serialize(_:pretty:sortedKeys:)``.
  public static func string(_ value: Value, pretty: Bool = false, sortedKeys: Bool = false) -> String {
    String(decoding: serialize(value, pretty: pretty, sortedKeys: sortedKeys), as: UTF8.self)
  }

  /// The line and column of a byte in a text.
  static func position(of offset: Int, in bytes: [UInt8]) -> Position {
    let before = bytes.prefix(offset)
    let line = before.count(where: { $0 == UInt8(ascii: "\n") }) + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[lineStart...].count(where: { $0 & 0xC0 != 0x80 }) + 1
    return Position(line: line, column: column)
  }
}
