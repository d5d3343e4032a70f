public import Documents

/// What a field manager applied to an object, as the API server keeps it in `metadata.managedFields`.
///
/// Format: <https://kubernetes.io/docs/reference/using-api/server-side-apply/>, "Field management", and `fieldsV1` in
/// sigs.k8s.io/structured-merge-diff (`fieldpath/serialize.go`).
public enum AppliedFields {
  /// Whether applying an object would change nothing: the manager owns exactly the fields that it has, and they have
  /// these values.
  ///
  /// In doubt, for instance where the server writes a quantity in another way, the answer is no.
  ///
  /// - Parameters:
  ///   - wanted: The object to apply.
  ///   - live: The object as it is in the cluster.
  ///   - fieldManager: Who would apply it.
  ///   - subresource: The subresource it would be applied to; empty for the object itself.
  /// - Returns: Whether the request can be left out.
  public static func match(
    _ wanted: Value, _ live: Value, fieldManager: String, subresource: String = ""
  ) -> Bool {
    let entry = live["metadata"]["managedFields"].elements.first {
      $0["manager"].stringValue == fieldManager && $0["operation"] == "Apply"
        && $0["subresource"].stringValue ?? "" == subresource
    }
    guard let entry, entry["apiVersion"] == wanted["apiVersion"] else { return false }
    var wanted = wanted.members
    wanted["apiVersion"] = nil
    wanted["kind"] = nil
    // Nobody owns a name.
    var metadata = wanted["metadata"]?.members ?? [:]
    metadata["name"] = nil
    metadata["namespace"] = nil
    wanted["metadata"] = metadata.isEmpty ? nil : .object(metadata)
    return match(entry["fieldsV1"], .object(wanted), live)
  }

  private static func match(_ fields: Value, _ wanted: Value, _ live: Value) -> Bool {
    let owned = fields.members.filter { $0.key != "." }
    switch wanted {
    case .object(let members) where !members.isEmpty && !owned.isEmpty:
      return members.count == owned.count
        && members.allSatisfy { name, value in
          owned["f:\(name)"].map { match($0, value, live[name]) } ?? false
        }
    case .array(let elements) where !elements.isEmpty && !owned.isEmpty:
      return elements.count == owned.count
        && owned.allSatisfy { key, fields in
          guard let element = Self.element(key, of: elements), let present = Self.element(key, of: live.elements)
          else { return false }
          return match(fields, element, present)
        }
    case .object(let members) where members.isEmpty: return live.objectValue != nil
    default: return owned.isEmpty && wanted == live
    }
  }

  /// The element of a list that a path element means: `k:` with the keys of an object, `v:` with a plain value.
  private static func element(_ path: String, of elements: [Value]) -> Value? {
    guard let key = try? JSON.parse(String(path.dropFirst(2))) else { return nil }
    if path.hasPrefix("v:") { return elements.first { $0 == key } }
    guard path.hasPrefix("k:") else { return nil }
    return elements.first { element in key.members.allSatisfy { element[$0.key] == $0.value } }
  }
}
