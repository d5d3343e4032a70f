import Documents

/// A kind of object that the API server keeps, and where it keeps it.
///
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris>
public struct ResourceType: Sendable, Hashable, CustomStringConvertible {
  /// The API group, empty for the core group.
  public let group: String
  /// The version: `v1`, `v1alpha1`.
  public let version: String
  /// The name in URLs: `deployments`.
  public let plural: String
  /// The name in objects: `Deployment`.
  public let kind: String
  /// Whether each object lives in a namespace.
  public let isNamespaced: Bool

  /// Describes a resource; see the properties.
  public init(group: String = "", version: String, plural: String, kind: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// `group/version`, or the version alone in the core group, as in the `apiVersion` of objects.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// `deployments.apps`, as `kubectl` names resources.
  public var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// `deployment.apps/name`, as `kubectl` names objects.
  public func objectName(_ name: String) -> String {
    group.isEmpty ? "\(kind.lowercased())/\(name)" : "\(kind.lowercased()).\(group)/\(name)"
  }
}

/// Which object is meant.
public struct ObjectReference: Sendable, Hashable, CustomStringConvertible {
  /// What kind of object it is.
  public let type: ResourceType
  /// Its name.
  public let name: String
  /// Its namespace; nil for objects that have none.
  public let namespace: String?

  /// Names an object. For a kind with namespaces, `default` is meant if none is given.
  public init(_ type: ResourceType, _ name: String, namespace: String? = nil) {
    self.type = type
    self.name = name
    self.namespace = type.isNamespaced ? namespace ?? "default" : nil
  }

  /// `deployment.apps/gitea in namespace gitea`, as messages name it.
  public var description: String {
    type.objectName(name) + (namespace.map { " in namespace \($0)" } ?? "")
  }
}

/// The name and kind an object claims, before anyone knows its resource.
struct ObjectHeader {
  let apiVersion: String
  let kind: String
  let name: String
  let namespace: String?

  init(_ object: Value) throws(DocumentError) {
    guard let apiVersion = object["apiVersion"].stringValue, !apiVersion.isEmpty else {
      throw DocumentError("the object has no apiVersion")
    }
    guard let kind = object["kind"].stringValue, !kind.isEmpty else { throw DocumentError("the object has no kind") }
    self.apiVersion = apiVersion
    self.kind = kind
    name = object["metadata"]["name"].stringValue ?? ""
    namespace = object["metadata"]["namespace"].stringValue
  }
}
