public import Documents

/// The contents of a kubeconfig file, with all that is in it, known or not.
///
/// <https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>
public struct Kubeconfig: Sendable {
  /// The three lists of named entries.
  enum Section: String, CaseIterable {
    case clusters, contexts, users

    /// The name of an entry's content.
    var content: String {
      switch self {
      case .clusters: "cluster"
      case .contexts: "context"
      case .users: "user"
      }
    }
  }

  /// What the file says.
  public internal(set) var value: Value
  /// The name of the file, if it has one.
  public let source: String?
  private let isJSON: Bool

  /// A kubeconfig without entries.
  public init() {
    value = [
      "apiVersion": "v1", "clusters": [], "contexts": [], "current-context": "", "kind": "Config", "preferences": [:],
      "users": [],
    ]
    source = nil
    isJSON = false
  }

  /// Reads a kubeconfig in YAML or JSON.
  ///
  /// - Parameters:
  ///   - bytes: The text. An empty one is a kubeconfig without entries.
  ///   - source: The name of the file for errors.
  /// - Throws: `DocumentError` with the position if the text or its shape is wrong.
  public init(parsing bytes: [UInt8], source: String? = nil) throws(DocumentError) {
    let document = try YAML.parse(bytes, source: source)
    self.source = source
    isJSON = bytes.first { $0 > 0x20 } == UInt8(ascii: "{") && (try? JSON.parse(bytes)) != nil
    guard !document.value.isNull else {
      value = Kubeconfig().value
      return
    }
    guard document.value.objectValue != nil else {
      throw document.error("a kubeconfig must be a mapping, not \(document.value.kindDescription)")
    }
    value = document.value
    for section in Section.allCases { try Self.check(section, in: document) }
  }

  /// Reads a kubeconfig; see ``init(parsing:source:)-([UInt8],_)``.
  public init(parsing text: String, source: String? = nil) throws(DocumentError) {
    try self.init(parsing: Array(text.utf8), source: source)
  }

  private static func check(_ section: Section, in document: Document) throws(DocumentError) {
    let list = document.value[section.rawValue]
    if list.isNull { return }
    let pointer: Pointer = [section.rawValue]
    guard let entries = list.arrayValue else {
      throw document.error(at: pointer, "“\(section.rawValue)” must be a list, not \(list.kindDescription)")
    }
    for (index, entry) in entries.enumerated() where entry["name"].stringValue == nil {
      throw document.error(at: pointer.appending(index), "each entry of “\(section.rawValue)” needs a name")
    }
  }

  /// The file's text in the format it had.
  public var text: String { isJSON ? JSON.string(value, pretty: true) + "\n" : YAML.serialize(value) }

  /// The context that commands use unless told otherwise.
  public var currentContext: String? { value["current-context"].stringValue.flatMap { $0.isEmpty ? nil : $0 } }

  /// The names of all contexts.
  public var contextNames: [String] { value[Section.contexts.rawValue].elements.compactMap { $0["name"].stringValue } }

  /// The content of an entry; the first counts if there are several of that name.
  func content(_ section: Section, _ name: String) -> Value? {
    value[section.rawValue].elements.first { $0["name"].stringValue == name }.map { $0[section.content] }
  }
}
