import Documents

/// What an object says, as short lines that can be compared and listed: `containers.server.args = [a, b]`.
///
/// Objects of a list are named by what tells them apart (`name`, `mountPath`, …). Environment variables take one line.
struct Facts {
  /// The object's kind and name: `Deployment argocd-server`.
  let object: String
  /// The lines, sorted.
  let lines: [String]

  init(_ object: Value) {
    self.object = "\(object["kind"].stringValue ?? "?") \(object["metadata"]["name"].stringValue ?? "?")"
    var lines: [String] = []
    for (key, member) in object.members where !["apiVersion", "kind", "metadata", "status"].contains(key) {
      // Settings are compared by their keys: their values are texts, which may be written in other words.
      if key == "data" || key == "stringData" {
        lines += member.members.keys.map { "\(key) \($0)" }
      } else if object["kind"].stringValue == "CustomResourceDefinition" {
        lines += Self.definition(member)
      } else {
        Self.flatten(member, key, into: &lines)
      }
    }
    for (key, value) in object["metadata"]["labels"].stringMembers { lines.append("label \(key) = \(value)") }
    self.lines = lines.map { line in
      Self.abbreviations.reduce(line) { $1.0.isEmpty ? $0 : $0.replacingPrefix($1.0, with: $1.1) }
    }.sorted()
  }

  private static let abbreviations = [
    ("spec.template.spec.", "pod."), ("spec.template.metadata.labels.", "pod label "),
  ]

  private static func definition(_ spec: Value) -> [String] {
    var lines: [String] = []
    for (key, member) in spec.members where key != "versions" { flatten(member, key, into: &lines) }
    for version in spec["versions"].elements {
      for (key, member) in version.members where key != "schema" {
        flatten(member, version["name"].stringValue ?? "?", suffix: ".\(key)", into: &lines)
      }
    }
    return lines
  }

  private static func flatten(_ value: Value, _ path: String, suffix: String = "", into lines: inout [String]) {
    let path = path + suffix
    switch value {
    case .null: break
    case .object(let members) where members.isEmpty: lines.append("\(path) = {}")
    case .object(let members):
      if let source = environmentSource(value) {
        lines.append("\(path) = \(source)")
        return
      }
      for (key, member) in members { flatten(member, "\(path).\(key)", into: &lines) }
    case .array(let elements):
      let keys = ["name", "mountPath", "containerPort", "port", "key"]
      let ids = elements.map { element in keys.lazy.compactMap { scalar(element[$0]) }.first }
      if !elements.isEmpty, ids.allSatisfy({ $0 != nil }) {
        for (element, id) in zip(elements, ids) {
          var rest = element
          rest.removeValue(forKey: "name")
          flatten(rest, "\(path).\(id ?? "")", into: &lines)
        }
      } else if elements.allSatisfy({ scalar($0) != nil }) {
        lines.append("\(path) = [\(elements.compactMap(scalar).joined(separator: ", "))]")
      } else {
        for element in elements { lines.append("\(path) has \(JSON.string(element, sortedKeys: true))") }
      }
    default: lines.append("\(path) = \(scalar(value) ?? "")")
    }
  }

  private static func scalar(_ value: Value) -> String? {
    switch value {
    case .string(let text): text
    case .integer, .number, .bool: JSON.string(value)
    default: nil
    }
  }

  /// `config map/key`, with a question mark if it may be missing, for a variable that is taken from somewhere.
  private static func environmentSource(_ value: Value) -> String? {
    let from = value["valueFrom"]
    guard let (kind, source) = from.members.elements.first.map({ ($0.key, $0.value) }) else { return nil }
    let place = [source["name"], source["key"], source["fieldPath"]].compactMap(\.stringValue).joined(separator: "/")
    return "\(kind) \(place)\(source["optional"].boolValue == true ? "?" : "")"
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
