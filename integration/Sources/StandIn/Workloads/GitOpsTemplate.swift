import Documents

/// Texts with `{{ names }}` that are filled in: what ApplicationSets and charts have in common, and no more.
enum GitOpsTemplate {
  /// Fills in the names that are known; others stay.
  static func filled(_ text: String, _ value: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      let name = rest[start.upperBound..<end.lowerBound].drop { $0 == " " || $0 == "." }
      let key = String(name.reversed().drop { $0 == " " }.reversed())
      result += rest[..<start.lowerBound] + (value(key) ?? String(rest[start.lowerBound..<end.upperBound]))
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  /// Fills in all texts of a value, at any depth.
  static func filled(_ value: Value, _ parameters: [String: String]) -> Value {
    switch value {
    case .string(let text): .string(filled(text) { parameters[$0] })
    case .array(let elements): .array(elements.map { filled($0, parameters) })
    case .object(let members): .object(members.mapValues { filled($0, parameters) })
    default: value
    }
  }

  /// The plain members of an object by their paths: `a.b`.
  static func flattened(_ value: Value, prefix: String = "") -> [String: String] {
    switch value {
    case .object(let members):
      members.reduce(into: [:]) { result, member in
        result.merge(flattened(member.value, prefix: prefix.isEmpty ? member.key : "\(prefix).\(member.key)")) { $1 }
      }
    case .array(let elements):
      elements.enumerated().reduce(into: [:]) { result, element in
        result.merge(flattened(element.element, prefix: "\(prefix)[\(element.offset)]")) { $1 }
      }
    case .string(let text): [prefix: text]
    case .null: [:]
    default: [prefix: String(decoding: JSON.serialize(value), as: UTF8.self)]
    }
  }
}

/// A Helm chart of which nothing is known but `{{ .Values.a.b }}`.
struct GitOpsChart {
  private let values: [String: String]

  init(folder: String, values: Value) {
    let own = (try? YAML.parseAll(Files.text(folder + "/values.yaml") ?? "", source: "values.yaml"))?.first?.value
    self.values = GitOpsTemplate.flattened(own ?? .null).merging(GitOpsTemplate.flattened(values)) { $1 }
  }

  func rendered(_ text: String) -> String {
    GitOpsTemplate.filled(text) { name in
      name.hasPrefix("Values.") ? values[String(name.dropFirst("Values.".count))] : nil
    }
  }
}
