import Documents

/// A label selector from a query (`app=web,tier in (a,b),!x`).
///
/// Source: kubernetes.io/docs/concepts/overview/working-with-objects/labels.
struct LabelSelector: Sendable {
  private enum Requirement: Sendable {
    case equals(String, [String])
    case differs(String, [String])
    case exists(String)
    case absent(String)
  }

  private var requirements: [Requirement] = []

  init(_ text: String) throws(APIStatus) {
    for part in Self.split(text) {
      requirements.append(try Self.requirement(part))
    }
  }

  /// A selector object of `matchLabels` and `matchExpressions`.
  init(object: Value) {
    for (key, value) in object["matchLabels"].members {
      requirements.append(.equals(key, [value.stringValue ?? ""]))
    }
    for expression in object["matchExpressions"].elements {
      let key = expression["key"].stringValue ?? ""
      let values = expression["values"].elements.compactMap(\.stringValue)
      switch expression["operator"].stringValue {
      case "In": requirements.append(.equals(key, values))
      case "NotIn": requirements.append(.differs(key, values))
      case "Exists": requirements.append(.exists(key))
      default: requirements.append(.absent(key))
      }
    }
  }

  func matches(_ labels: Value) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .equals(let key, let values): labels[key].stringValue.map { values.contains($0) } ?? false
      case .differs(let key, let values): !(labels[key].stringValue.map { values.contains($0) } ?? false)
      case .exists(let key): !labels[key].isNull
      case .absent(let key): labels[key].isNull
      }
    }
  }

  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    parts.append(current)
    return parts.map(trimmed).filter { !$0.isEmpty }
  }

  private static func requirement(_ part: String) throws(APIStatus) -> Requirement {
    for (mark, negated) in [("!=", true), ("==", false), ("=", false)] {
      if let range = part.firstRange(of: mark) {
        let (key, value) = (trimmed(part[..<range.lowerBound]), trimmed(part[range.upperBound...]))
        return negated ? .differs(key, [value]) : .equals(key, [value])
      }
    }
    for (word, negated) in [(" notin ", true), (" in ", false)] {
      if let range = part.firstRange(of: word) {
        let values = part[range.upperBound...].filter { $0 != "(" && $0 != ")" }.split(separator: ",").map(trimmed)
        let key = trimmed(part[..<range.lowerBound])
        return negated ? .differs(key, values) : .equals(key, values)
      }
    }
    if part.hasPrefix("!") { return .absent(trimmed(part.dropFirst())) }
    guard !part.contains(" ") else {
      throw .badRequest(
        "unable to parse requirement: found '\(part.split(separator: " ").last ?? "")', expected: in, notin, =, ==, !=, gt, lt"
      )
    }
    return .exists(part)
  }
}

/// A field selector from a query (`metadata.name=web,status.phase!=Running`).
struct FieldSelector: Sendable {
  private var terms: [(path: [String], value: String, negated: Bool)] = []

  init(_ text: String, for resource: ResourceDefinition) throws(APIStatus) {
    for part in text.split(separator: ",") where !part.isEmpty {
      let negated = part.contains("!=")
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map { trimmed($0.filter { $0 != "!" }) }
      guard let label = sides.first, let value = sides.last, sides.count >= 2 else {
        throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'")
      }
      guard Self.isSupported(label, resource) else {
        throw .badRequest("field label not supported: \(label)")
      }
      terms.append((label.split(separator: ".").map(String.init), value, negated))
    }
  }

  func matches(_ object: Value) -> Bool {
    terms.allSatisfy { term in
      let found = term.path.reduce(object) { $0[$1] }
      let text: String
      switch found {
      case .string(let value): text = value
      case .bool(let value): text = "\(value)"
      case .integer(let value): text = "\(value)"
      default: text = ""
      }
      return (text == term.value) != term.negated
    }
  }

  private static func isSupported(_ label: String, _ resource: ResourceDefinition) -> Bool {
    if label == "metadata.name" || (label == "metadata.namespace" && resource.namespaced) { return true }
    return (supported[resource.plural] ?? []).contains(label) && !resource.isCustom
  }

  private static let supported: [String: Set<String>] = [
    "pods": [
      "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
      "status.podIP", "spec.hostNetwork",
    ],
    "events": [
      "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
      "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
      "reportingComponent", "source", "type",
    ],
    "secrets": ["type"],
    "namespaces": ["status.phase"],
    "nodes": ["spec.unschedulable"],
    "jobs": ["status.successful"],
    "replicasets": ["status.replicas"],
    "services": ["spec.clusterIP", "spec.type"],
  ]
}

func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while rest.first == " " { rest.removeFirst() }
  while rest.last == " " { rest.removeLast() }
  return String(rest)
}
