import Documents

/// Takes out of an object of the API what is, or looks like, a secret, whether its value is known or not.
enum ObjectRedaction {
  /// Annotations that repeat the whole object.
  private static let copies = ["kubectl.kubernetes.io/last-applied-configuration"]

  /// The object as it may be shown.
  ///
  /// - Parameter object: The object as it is in the cluster.
  /// - Returns: The same without secrets, and without the record of who set which field.
  static func redact(_ object: Value) -> Value {
    var object = object
    object["metadata"].removeValue(forKey: "managedFields")
    for (key, value) in object["metadata"]["annotations"].members {
      if copies.contains(key) || SecretWords.matches(key) { object["metadata"]["annotations"][key] = length(value) }
    }
    if object["kind"] == "Secret" {
      for section in ["data", "stringData"] {
        for (key, value) in object[section].members {
          let bytes = section == "data" ? value.stringValue.flatMap { Base64.decode($0) }?.count : nil
          object[section][key] = bytes.map { .string("[redacted, \($0) bytes]") } ?? length(value)
        }
      }
      return object
    }
    return walk(object)
  }

  private static func walk(_ value: Value) -> Value {
    switch value {
    case .array(let elements): return .array(elements.map(walk))
    case .object(let members):
      var result = members
      // A variable of a container, or a setting written as name and value.
      if let name = members["name"]?.stringValue, SecretWords.matches(name), let given = members["value"],
        given.stringValue != nil
      {
        result["value"] = length(given)
      }
      for (key, member) in result {
        if member.stringValue?.isEmpty == false, SecretWords.matches(key) {
          result[key] = length(member)
        } else {
          result[key] = walk(member)
        }
      }
      return .object(result)
    default: return value
    }
  }

  private static func length(_ value: Value) -> Value {
    let text = value.stringValue ?? JSON.string(value)
    return text.hasPrefix("[redacted") ? value : .string("[redacted, \(text.utf8.count) bytes]")
  }
}
