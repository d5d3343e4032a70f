public import Diagnostics
public import Documents
import HTTP
import Synchronization

/// A kind that the API server does not know.
public struct UnknownKindError: ExplainedError, Hashable {
  /// The group and version: `argoproj.io/v1alpha1`.
  public let apiVersion: String
  /// The kind.
  public let kind: String

  /// Says what is not known, in kubectl's words.
  public var description: String { "no matches for kind “\(kind)” in version “\(apiVersion)”" }
  /// What usually is missing.
  public var remedy: String? { "apply the CustomResourceDefinition of \(kind) first" }
  /// The exit code for what does not exist.
  public var exitStatus: ExitStatus { .notFound }
}

extension KubernetesClient {
  /// The resource that objects of a kind belong to: known by itself for the usual kinds, else asked of the server once
  /// for each group and version.
  ///
  /// - Throws: ``UnknownKindError`` if the server does not know the kind.
  public func resourceType(apiVersion: String, kind: String, deadline: Deadline = .never) async throws -> ResourceType {
    let key = ResourceType.Key(apiVersion: apiVersion, kind: kind)
    if let known = ResourceType.common[key] ?? discovered.withLock({ $0[key] }) { return known }
    for type in try await resources(apiVersion: apiVersion, deadline: deadline) {
      discovered.withLock { $0[ResourceType.Key(apiVersion: type.apiVersion, kind: type.kind)] = type }
    }
    guard let found = discovered.withLock({ $0[key] }) else {
      throw UnknownKindError(apiVersion: apiVersion, kind: kind)
    }
    return found
  }

  /// Remembers the kinds that a CustomResourceDefinition brings, so that they need not be asked for.
  public func learn(customResourceDefinition definition: Value) {
    let spec = definition["spec"]
    guard let group = spec["group"].stringValue, let plural = spec["names"]["plural"].stringValue,
      let kind = spec["names"]["kind"].stringValue
    else { return }
    for version in spec["versions"].elements where version["served"].boolValue == true {
      guard let name = version["name"].stringValue else { continue }
      let type = ResourceType(
        group: group, version: name, plural: plural, kind: kind, isNamespaced: spec["scope"] != "Cluster")
      discovered.withLock { $0[ResourceType.Key(apiVersion: type.apiVersion, kind: kind)] = type }
    }
  }

  /// The resources of a group and version.
  private func resources(apiVersion: String, deadline: Deadline) async throws -> [ResourceType] {
    try await entries(apiVersion: apiVersion, deadline: deadline).map(\.type)
  }

  /// The resources of a group and version that can be listed.
  func listableResources(apiVersion: String, deadline: Deadline) async throws -> [ResourceType] {
    try await entries(apiVersion: apiVersion, deadline: deadline).filter { $0.verbs.contains("list") }.map(\.type)
  }

  /// The resources of a group and version and what can be done with them, none if the server does not know it
  /// (`APIResourceList`).
  private func entries(
    apiVersion: String, deadline: Deadline
  ) async throws -> [(type: ResourceType, verbs: [String])] {
    let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), let version = parts.last else { return [] }
    let group = parts.count == 2 ? parts[0] : ""
    let encoded = parts.map(PercentEncoding.segment).joined(separator: "/")
    let path = (group.isEmpty ? "/api/" : "/apis/") + encoded
    do {
      let list = try await sendForValue(
        Call(path: path, operation: "look up the kinds of \(apiVersion)"), deadline: deadline)
      return list["resources"].elements.compactMap { entry in
        guard let plural = entry["name"].stringValue, !plural.contains("/"), let kind = entry["kind"].stringValue else {
          return nil
        }
        let type = ResourceType(
          group: group, version: version, plural: plural, kind: kind,
          isNamespaced: entry["namespaced"].boolValue ?? false)
        return (type, entry["verbs"].elements.compactMap(\.stringValue))
      }
    } catch let error as APIStatusError where error.isNotFound {
      return []
    }
  }
}
