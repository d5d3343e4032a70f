/// An object, or a collection, as a path names it.
public struct Target: Sendable {
  /// Which resource.
  public var definition: ResourceDefinition
  /// Under which version it was asked for.
  public var version: String
  /// Empty for cluster-scoped resources, nil for all namespaces.
  public var namespace: String?
  /// Empty for a collection.
  public var name: String
  /// `status`, `scale`, or empty.
  public var subresource: String

  /// Names an object.
  public init(definition: ResourceDefinition, version: String, namespace: String?, name: String, subresource: String) {
    self.definition = definition
    self.version = version
    self.namespace = namespace
    self.name = name
    self.subresource = subresource
  }

  var key: ObjectKey { ObjectKey(namespace ?? "", name) }
  var apiVersion: String { definition.apiVersion(version) }
  var hasStatus: Bool { definition.version(version)?.hasStatus ?? false }
  var topology: Topology { Topology(resource: definition, version: version) }
}

extension ClusterState {
  /// A resource as the server's own controllers name it.
  public func target(_ resource: ResourceID, _ namespace: String, _ name: String, _ subresource: String = "") -> Target?
  {
    guard let definition = definitions[resource] else { return nil }
    return Target(
      definition: definition, version: definition.storageVersion, namespace: namespace, name: name,
      subresource: subresource)
  }
}
