import Documents

/// The patch formats of the API.
enum Patches {
  /// RFC 7386.
  static func merge(_ target: Value, _ patch: Value) -> Value {
    guard case .object(let changes) = patch else { return patch }
    var members = target.objectValue ?? [:]
    for (name, change) in changes {
      if change.isNull {
        members.removeValue(forKey: name)
      } else {
        members[name] = merge(members[name] ?? .null, change)
      }
    }
    return .object(members)
  }

  /// RFC 6902.
  static func json(_ target: Value, _ patch: Value) throws(APIStatus) -> Value {
    guard case .array(let operations) = patch else {
      throw .badRequest("error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Patch")
    }
    var result = target
    for operation in operations {
      let path = tokens(operation["path"].stringValue ?? "")
      let name = operation["op"].stringValue ?? ""
      switch name {
      case "add": result = try edited(result, path[...], .add(operation["value"]), operation)
      case "replace": result = try edited(result, path[...], .replace(operation["value"]), operation)
      case "remove": result = try edited(result, path[...], .remove, operation)
      case "test":
        guard value(at: path, in: result) == operation["value"] else {
          throw unprocessable("testing value \(operation["path"].stringValue ?? "") failed: test failed")
        }
      case "copy", "move":
        let from = tokens(operation["from"].stringValue ?? "")
        guard let moved = value(at: from, in: result) else { throw missing(operation, name) }
        if name == "move" { result = try edited(result, from[...], .remove, operation) }
        result = try edited(result, path[...], .add(moved), operation)
      default: throw unprocessable("Unexpected kind: \(name)")
      }
    }
    return result
  }

  private enum Edit {
    case add(Value)
    case replace(Value)
    case remove
  }

  private static func edited(_ target: Value, _ path: ArraySlice<String>, _ edit: Edit, _ operation: Value)
    throws(APIStatus) -> Value
  {
    guard let token = path.first else {
      switch edit {
      case .add(let value), .replace(let value): return value
      case .remove: return .null
      }
    }
    let rest = path.dropFirst()
    switch target {
    case .object(var members):
      if rest.isEmpty {
        switch edit {
        case .add(let value): members[token] = value
        case .replace(let value):
          guard members[token] != nil else { throw missing(operation, "replace") }
          members[token] = value
        case .remove:
          guard members.removeValue(forKey: token) != nil else { throw missing(operation, "remove") }
        }
      } else {
        guard let member = members[token] else { throw missing(operation, operation["op"].stringValue ?? "") }
        members[token] = try edited(member, rest, edit, operation)
      }
      return .object(members)
    case .array(var elements):
      if token == "-", rest.isEmpty, case .add(let value) = edit { return .array(elements + [value]) }
      guard let index = Int(token), index >= 0, index <= elements.count else {
        throw missing(operation, operation["op"].stringValue ?? "")
      }
      if rest.isEmpty, case .add(let value) = edit {
        elements.insert(value, at: index)
        return .array(elements)
      }
      guard index < elements.count else { throw missing(operation, operation["op"].stringValue ?? "") }
      if rest.isEmpty, case .remove = edit {
        elements.remove(at: index)
      } else {
        elements[index] = try edited(elements[index], rest, edit, operation)
      }
      return .array(elements)
    default: throw missing(operation, operation["op"].stringValue ?? "")
    }
  }

  private static func value(at path: [String], in target: Value) -> Value? {
    var current = target
    for token in path {
      switch current {
      case .object(let members):
        guard let member = members[token] else { return nil }
        current = member
      case .array(let elements):
        guard let index = Int(token), elements.indices.contains(index) else { return nil }
        current = elements[index]
      default: return nil
      }
    }
    return current
  }

  private static func tokens(_ pointer: String) -> [String] {
    pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
  }

  private static func missing(_ operation: Value, _ name: String) -> APIStatus {
    unprocessable(
      "\(name) operation does not apply: doc is missing path: \(operation["path"].stringValue ?? ""): missing value")
  }

  private static func unprocessable(_ message: String) -> APIStatus {
    APIStatus(code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request")
      .explaining(message)
  }
}

extension APIStatus {
  fileprivate func explaining(_ message: String) -> APIStatus {
    var status = self
    status.causes = [.init("UnexpectedServerResponse", message)]
    return status
  }
}

/// Strategic merge patch.
///
/// Source: kubernetes/community `contributors/devel/sig-api-machinery/strategic-merge-patch.md`.
enum StrategicMergePatch {
  static func apply(_ target: Value, _ patch: Value, _ topology: Topology) throws(APIStatus) -> Value {
    guard case .object(var changes) = patch else { return patch }
    switch changes.removeValue(forKey: "$patch")?.stringValue {
    case "replace": return stripped(.object(changes))
    case "delete": return [:]
    default: break
    }
    var members = target.objectValue ?? [:]
    if let retained = changes.removeValue(forKey: "$retainKeys")?.arrayValue {
      let names = Set(retained.compactMap(\.stringValue))
      members.removeAll { !names.contains($0.key) }
    }
    for (name, change) in changes {
      if name.hasPrefix("$setElementOrder/") { continue }
      if name.hasPrefix("$deleteFromPrimitiveList/") {
        let field = String(name.dropFirst("$deleteFromPrimitiveList/".count))
        let gone = change.elements
        members[field] = .array((members[field] ?? []).elements.filter { !gone.contains($0) })
        continue
      }
      let child = topology.member(name)
      switch change {
      case .null: members.removeValue(forKey: name)
      case .object: members[name] = try apply(members[name] ?? .null, change, child)
      case .array(let elements):
        members[name] = try list((members[name] ?? []).elements, elements, child)
      default: members[name] = change
      }
    }
    return .object(members)
  }

  private static func list(_ existing: [Value], _ changes: [Value], _ topology: Topology) throws(APIStatus) -> Value {
    let hasDirective = changes.contains { $0["$patch"].stringValue == "replace" }
    if hasDirective { return .array(changes.filter { $0["$patch"].isNull }.map(stripped)) }
    guard let key = topology.patchMergeKey(changes + existing) else {
      if topology.patchMergesPrimitives { return .array(existing + changes.filter { !existing.contains($0) }) }
      return .array(changes.map(stripped))
    }
    var result = existing
    var added: [Value] = []
    for change in changes {
      let identity = change[key]
      guard !identity.isNull else {
        throw .badRequest("map: \(JSON.string(change)) does not contain declared merge key: \(key)")
      }
      let index = result.firstIndex { $0[key] == identity }
      if change["$patch"].stringValue == "delete" {
        result.removeAll { $0[key] == identity }
      } else if let index {
        result[index] = try apply(result[index], change, topology.element)
      } else {
        added.append(try apply(.null, change, topology.element))
      }
    }
    return .array(result + added)
  }

  /// Without directives and nulls, for values that are taken as they are.
  private static func stripped(_ value: Value) -> Value {
    switch value {
    case .object(let members):
      var result: Value = [:]
      for (name, member) in members where !name.hasPrefix("$") && !member.isNull { result[name] = stripped(member) }
      return result
    case .array(let elements): return .array(elements.map(stripped))
    default: return value
    }
  }
}
