import Documents
import Kubernetes
import Platform

/// What the cluster has of objects that are to be applied.
struct PresentObjects: Sendable {
  /// Those of the objects that are not in the cluster as they would be applied.
  var changed: [Value]
  /// The others, as they are in the cluster.
  var unchanged: [Value] = []
}

extension PlatformRun {
  /// Compares objects with the cluster.
  ///
  /// An object that carries the very note of what was applied (``RenderedPackage/adoptedObjects``) needs nothing: what
  /// somebody did to it since, Argo CD mends. One without such a note is compared field by field. Looking costs the API
  /// server much less than applying once more.
  ///
  /// - Parameter objects: Objects as they would be applied.
  /// - Returns: What there is of them.
  /// - Throws: What the API server answers, or `CancellationError`.
  func compare(_ objects: [Value]) async throws -> PresentObjects {
    guard contents != .nothing else { return PresentObjects(changed: objects) }
    let present = try await counterparts(of: objects)
    var result = PresentObjects(changed: [])
    for object in objects {
      if let live = present[ObjectIdentity(object)], Self.isUnchanged(object, live) {
        result.unchanged.append(live)
      } else {
        result.changed.append(object)
      }
    }
    return result
  }

  private static func isUnchanged(_ object: Value, _ live: Value) -> Bool {
    let note = note(object)
    return note.isNull
      ? AppliedFields.match(object, live, fieldManager: Names.fieldManager) : Self.note(live) == note
  }

  private static func note(_ object: Value) -> Value { object["metadata"]["annotations"][Names.Annotation.lastApplied] }

  /// The objects' counterparts: those in namespaces are listed, a kind and namespace at a time; of cluster roles and their
  /// like the cluster has many more than ours.
  private func counterparts(of objects: [Value]) async throws -> [ObjectIdentity: Value] {
    let client = try await kubernetes.value()
    let looks = Set(objects.map(Look.init))
    return try await withThrowingTaskGroup(of: [Value].self) { group in
      for look in looks {
        group.addTask {
          let type = try await client.resourceType(apiVersion: look.apiVersion, kind: look.kind)
          if let name = look.name { return try await client.get(type, name).map { [$0] } ?? [] }
          return try await client.list(type, namespace: look.namespace).items
        }
      }
      var present: [ObjectIdentity: Value] = [:]
      for try await found in group {
        for object in found { present[ObjectIdentity(object)] = object }
      }
      return present
    }
  }
}

/// What is looked up in one request: all objects of a kind in a namespace, or one that is in no namespace.
private struct Look: Hashable, Sendable {
  let apiVersion: String
  let kind: String
  let namespace: String
  let name: String?

  init(_ object: Value) {
    let identity = ObjectIdentity(object)
    apiVersion = object["apiVersion"].stringValue ?? ""
    kind = identity.kind
    namespace = identity.namespace
    name = identity.namespace.isEmpty ? identity.name : nil
  }
}
