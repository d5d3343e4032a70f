public import Documents

/// Kubernetes objects in few words.
extension Value {
  /// The owner of an object, for `metadata.ownerReferences`: deleting the owner deletes the object.
  ///
  /// - Parameter owner: The owner as it is in the cluster.
  /// - Returns: The entry.
  public static func ownerReference(to owner: Value) -> Value {
    [
      "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
      "uid": owner["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    ]
  }

  /// A Secret whose texts are given as they are.
  static func secret(
    _ name: String, namespace: String, type: String = "Opaque", labels: [String: String] = [:],
    data: KeyValuePairs<String, String>
  ) -> Value {
    var metadata: Value = ["name": .string(name), "namespace": .string(namespace)]
    if !labels.isEmpty { metadata["labels"] = Value(labels) }
    var encoded: Object = [:]
    for (key, text) in data { encoded[key] = .string(Base64.encode(Array(text.utf8))) }
    return [
      "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": .string(type), "data": .object(encoded),
    ]
  }

  /// A text of a Secret's data, nil if it is missing or no UTF-8.
  func secretText(_ key: String) -> String? {
    guard let encoded = self["data"][key].stringValue, let bytes = Base64.decode(encoded) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
