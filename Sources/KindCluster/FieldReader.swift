import Documents

/// Reads the fields of one object of a document: each once, with its type; what nobody asked for is unknown and an error.
///
/// Faults are gathered rather than thrown, so that one run shows all of them.
struct FieldReader {
  /// All faults of a document, shared by the readers of its objects.
  final class Faults {
    var errors: [DocumentError] = []
  }

  let document: Document
  let pointer: Pointer
  let value: Value
  let faults: Faults
  /// The whole document with its scalars as they are written.
  private let texts: Value
  private var known: Set<String> = []

  init(_ document: Document, texts: Value, at pointer: Pointer = [], faults: Faults) {
    self.document = document
    self.texts = texts
    self.pointer = pointer
    self.faults = faults
    value = document.value[pointer] ?? .null
    if value.objectValue == nil, !value.isNull {
      faults.errors.append(document.error(at: pointer, "expected an object, found \(value.kindDescription)"))
    }
  }

  func fault(_ name: String, _ message: String) {
    faults.errors.append(document.error(at: pointer.appending(name), message))
  }

  /// The value of a field as `type` says, nil if it is missing or wrong (which is then noted).
  private mutating func field<Result>(_ name: String, _ type: String, _ convert: (Value) -> Result?) -> Result? {
    known.insert(name)
    let found = value[name]
    if found.isNull { return nil }
    if let converted = convert(found) { return converted }
    fault(name, "\(name) must be \(type), found \(found.kindDescription)")
    return nil
  }

  /// A text; any scalar is one, as it is written: kind reads its fields that way (go.yaml.in/yaml/v3, into Go's `string`).
  mutating func string(_ name: String) -> String? {
    let (texts, place) = (texts, pointer.appending(name))
    return field(name, "a string") { Self.text($0, texts[place]) }
  }

  private static func text(_ value: Value, _ written: Value?) -> String? {
    switch value {
    case .array, .object: nil
    case .null: ""
    case .string(let text): text
    case .bool, .integer, .number: written?.stringValue
    }
  }

  mutating func bool(_ name: String) -> Bool? { field(name, "true or false", \.boolValue) }
  mutating func integer(_ name: String) -> Int? { field(name, "a whole number", \.intValue) }

  mutating func port(_ name: String, or fallback: Int) -> Int {
    guard let port = integer(name) else { return fallback }
    if !(-1...65535).contains(port) {
      fault(name, "\(port) is not a port; ports go from 1 to 65535, 0 means a free one")
    }
    return port
  }

  mutating func strings(_ name: String) -> [String]? {
    field(name, "a list of strings") { value in
      guard let elements = value.arrayValue else { return nil }
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    }
  }

  /// A map of names to texts; see ``string(_:)``.
  mutating func texts(_ name: String) -> [String: String] {
    let (texts, place) = (texts, pointer.appending(name))
    return map(name, of: "strings") { key, value in Self.text(value, texts[place.appending(key)]) }
  }

  /// A map of names to truth values.
  mutating func bools(_ name: String) -> [String: Bool] {
    map(name, of: "true or false") { _, value in value.boolValue }
  }

  private mutating func map<Element>(
    _ name: String, of type: String, _ convert: (String, Value) -> Element?
  ) -> [String: Element] {
    let found = field(name, "a map of names to \(type)") { value -> [String: Element]? in
      guard let members = value.objectValue else { return nil }
      var result: [String: Element] = [:]
      for (key, member) in members {
        guard let element = convert(key, member) else { return nil }
        result[key] = element
      }
      return result
    }
    return found ?? [:]
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _: Choice.Type) -> Choice? {
    guard let text = string(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    fault(name, "'\(text)' is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  /// Readers for the elements of a list of objects.
  mutating func objects(_ name: String) -> [FieldReader] {
    let count = field(name, "a list", { $0.arrayValue?.count }) ?? 0
    return (0..<count).map { index in
      FieldReader(document, texts: texts, at: pointer.appending(name).appending(index), faults: faults)
    }
  }

  mutating func object(_ name: String) -> FieldReader {
    known.insert(name)
    return FieldReader(document, texts: texts, at: pointer.appending(name), faults: faults)
  }

  /// Notes every field that nobody asked for.
  func finish() {
    for name in value.members.keys where !known.contains(name) {
      faults.errors.append(
        document.error(
          atKey: pointer.appending(name),
          "unknown field '\(name)'; known here: \(known.sorted().joined(separator: ", "))"))
    }
  }
}
