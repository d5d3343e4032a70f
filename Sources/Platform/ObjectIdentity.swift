public import Documents

/// What makes two Kubernetes objects the same one: kind, namespace and name.
public struct ObjectIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The API group, empty for the core group; versions do not make objects different.
  public let group: String
  /// The kind: `Deployment`.
  public let kind: String
  /// The namespace, empty for objects that have none.
  public let namespace: String
  /// The name.
  public let name: String

  /// The identity of an object.
  ///
  /// - Parameter object: An object with `apiVersion`, `kind` and `metadata.name`.
  public init(_ object: Value) {
    group = Self.group(ofVersion: object["apiVersion"].stringValue ?? "")
    kind = object["kind"].stringValue ?? ""
    namespace = object["metadata"]["namespace"].stringValue ?? ""
    name = object["metadata"]["name"].stringValue ?? ""
  }

  /// `Deployment argocd/argocd-server`.
  public var description: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }

  /// The group of an `apiVersion`: `apps/v1` is of `apps`, `v1` of the core group.
  static func group(ofVersion version: String) -> String {
    version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
  }

  /// Whether objects of a built-in kind live in no namespace.
  static func isClusterScoped(kind: String) -> Bool {
    [
      "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "IngressClass", "StorageClass",
      "PersistentVolume", "PriorityClass", "RuntimeClass", "ValidatingWebhookConfiguration",
      "MutatingWebhookConfiguration", "APIService",
    ].contains(kind)
  }
}
