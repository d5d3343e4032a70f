import Documents

/// Pruning, defaulting and validation of custom resources by their structural schema.
///
/// Source: kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions, and the wording of
/// k8s.io/apiextensions-apiserver.
struct StructuralSchema: Sendable {
  var schema: Value

  // MARK: Pruning

  /// Removes what the schema does not know.
  /// - Parameters:
  ///   - object: a custom resource.
  ///   - unknown: receives the paths of the removed fields.
  /// - Returns: what the schema knows.
  func prune(_ object: Value, unknown: inout [String]) -> Value {
    Self.prune(object, schema, path: "", isRoot: true, &unknown)
  }

  private static func prune(_ value: Value, _ schema: Value, path: String, isRoot: Bool, _ unknown: inout [String])
    -> Value
  {
    switch value {
    case .object(let members):
      let preserves = schema["x-kubernetes-preserve-unknown-fields"].boolValue == true
      let properties = schema["properties"]
      let additional = schema["additionalProperties"]
      if schema["x-kubernetes-embedded-resource"].boolValue == true, preserves, properties.isNull { return value }
      var result: Value = [:]
      for (name, member) in members {
        let at = path.isEmpty ? name : path + "." + name
        if isRoot, ["apiVersion", "kind", "metadata"].contains(name) {
          result[name] = member
        } else if !properties[name].isNull {
          result[name] = prune(member, properties[name], path: at, isRoot: false, &unknown)
        } else if additional.objectValue != nil {
          result[name] = prune(member, additional, path: at, isRoot: false, &unknown)
        } else if preserves || additional.boolValue == true {
          result[name] = member
        } else {
          unknown.append(at)
        }
      }
      return result
    case .array(let elements):
      let items = schema["items"]
      guard items.objectValue != nil else { return value }
      return .array(
        elements.enumerated().map { prune($1, items, path: "\(path)[\($0)]", isRoot: false, &unknown) })
    default: return value
    }
  }

  // MARK: Defaulting

  func defaulted(_ object: Value) -> Value { Self.defaulted(object, schema) }

  private static func defaulted(_ value: Value, _ schema: Value) -> Value {
    switch value {
    case .object(var members):
      for (name, property) in schema["properties"].members {
        if let member = members[name],
          !(member.isNull && !property["default"].isNull && property["nullable"].boolValue != true)
        {
          members[name] = defaulted(member, property)
        } else if !property["default"].isNull {
          members[name] = defaulted(property["default"], property)
        }
      }
      if schema["additionalProperties"].objectValue != nil {
        for (name, member) in members where schema["properties"][name].isNull {
          members[name] = defaulted(member, schema["additionalProperties"])
        }
      }
      return .object(members)
    case .array(let elements): return .array(elements.map { defaulted($0, schema["items"]) })
    default: return value
    }
  }

  // MARK: Validation

  func validate(_ object: Value) -> [APIStatus.Cause] {
    var causes: [APIStatus.Cause] = []
    Self.validate(object, schema, path: "", isRoot: true, &causes)
    return causes
  }

  private static func validate(
    _ value: Value, _ schema: Value, path: String, isRoot: Bool, _ causes: inout [APIStatus.Cause]
  ) {
    let at = path.isEmpty ? "<nil>" : path
    if value.isNull {
      if schema["nullable"].boolValue == true || schema["type"].isNull { return }
    }
    let type = schema["type"].stringValue ?? ""
    if schema["x-kubernetes-int-or-string"].boolValue == true {
      guard value.stringValue != nil || value.intValue != nil else {
        return typeError(value, at, "integer,string", &causes)
      }
    } else if !type.isEmpty, !matches(value, type) {
      return typeError(value, at, type, &causes)
    }
    checkScalars(value, schema, at, &causes)
    switch value {
    case .object(let members):
      for name in schema["required"].elements.compactMap(\.stringValue) where members[name] == nil {
        if isRoot, ["apiVersion", "kind", "metadata"].contains(name) { continue }
        causes.append(.init("FieldValueRequired", "Required value", field: path.isEmpty ? name : "\(path).\(name)"))
      }
      for (name, member) in members {
        if isRoot, ["apiVersion", "kind", "metadata"].contains(name) { continue }
        let property = schema["properties"][name]
        let child = property.isNull ? schema["additionalProperties"] : property
        guard child.objectValue != nil else { continue }
        validate(member, child, path: path.isEmpty ? name : "\(path).\(name)", isRoot: false, &causes)
      }
    case .array(let elements):
      guard schema["items"].objectValue != nil else { return }
      for (index, element) in elements.enumerated() {
        validate(element, schema["items"], path: "\(path)[\(index)]", isRoot: false, &causes)
      }
    default: break
    }
  }

  private static func checkScalars(
    _ value: Value, _ schema: Value, _ at: String, _ causes: inout [APIStatus.Cause]
  ) {
    let allowed = schema["enum"].elements
    if !allowed.isEmpty, !allowed.contains(value) {
      let list = allowed.map { JSON.string($0) }.joined(separator: ", ")
      causes.append(
        .init(
          "FieldValueNotSupported", "Unsupported value: \(JSON.string(value)): supported values: \(list)", field: at))
    }
    if let number = value.doubleValue {
      if let minimum = schema["minimum"].doubleValue, number < minimum {
        causes.append(
          invalid(value, at, "\(at) in body should be greater than or equal to \(JSON.string(schema["minimum"]))"))
      }
      if let maximum = schema["maximum"].doubleValue, number > maximum {
        causes.append(
          invalid(value, at, "\(at) in body should be less than or equal to \(JSON.string(schema["maximum"]))"))
      }
    }
    if let text = value.stringValue {
      if let least = schema["minLength"].intValue, text.unicodeScalars.count < least {
        causes.append(invalid(value, at, "\(at) in body should be at least \(least) chars long"))
      }
      if let most = schema["maxLength"].intValue, text.unicodeScalars.count > most {
        causes.append(.init("FieldValueTooLong", "Too long: may not be more than \(most) bytes", field: at))
      }
      if let pattern = schema["pattern"].stringValue, let expression = try? Regex(pattern),
        text.firstMatch(of: expression) == nil
      {
        causes.append(invalid(value, at, "\(at) in body should match '\(pattern)'"))
      }
    }
    if let elements = value.arrayValue {
      if let least = schema["minItems"].intValue, elements.count < least {
        causes.append(invalid(.integer(Int64(elements.count)), at, "\(at) in body should have at least \(least) items"))
      }
      if let most = schema["maxItems"].intValue, elements.count > most {
        causes.append(
          .init("FieldValueTooMany", "Too many: \(elements.count): must have at most \(most) items", field: at))
      }
    }
  }

  private static func matches(_ value: Value, _ type: String) -> Bool {
    switch type {
    case "object": value.objectValue != nil
    case "array": value.arrayValue != nil
    case "string": value.stringValue != nil
    case "boolean": value.boolValue != nil
    case "integer": value.intValue != nil
    case "number": value.doubleValue != nil
    default: true
    }
  }

  private static func typeError(_ value: Value, _ at: String, _ type: String, _ causes: inout [APIStatus.Cause]) {
    let found: String
    switch value {
    case .null: found = "null"
    case .bool: found = "boolean"
    case .integer: found = "integer"
    case .number: found = "number"
    case .string: found = "string"
    case .array: found = "array"
    case .object: found = "object"
    }
    let shown = value.stringValue == nil ? "\"\(found)\"" : "\"\(found)\""
    causes.append(
      .init(
        "FieldValueTypeInvalid", "Invalid value: \(shown): \(at) in body must be of type \(type): \(shown)", field: at))
  }

  private static func invalid(_ value: Value, _ at: String, _ message: String) -> APIStatus.Cause {
    .init("FieldValueInvalid", "Invalid value: \(JSON.string(value)): \(message)", field: at)
  }
}
