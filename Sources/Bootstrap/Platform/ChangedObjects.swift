import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// Those of the objects that are not in the cluster as they would be applied.
  ///
  /// An object that carries the very note of what was applied (``RenderedPackage/adoptedObjects``) needs nothing: what
  /// somebody did to it since, Argo CD mends. Looking costs the API server much less than applying once more.
  ///
  /// - Parameter objects: Objects as they would be applied.
  /// - Returns: Those without a counterpart, with another note, or with none.
  /// - Throws: What the API server answers, or `CancellationError`.
  func changed(_ objects: [Value]) async throws -> [Value] {
    guard contents != .nothing else { return objects }
    let notes = try await appliedNotes(of: objects)
    return objects.filter { object in
      // A webhook also has the present certificate of its server, which no manifest knows.
      guard let note = Self.note(object), ApplyPhase(object) != .webhooks else { return true }
      return notes[ObjectIdentity(object)] != note
    }
  }

  private static func note(_ object: Value) -> String? {
    object["metadata"]["annotations"][Names.Annotation.lastApplied].stringValue
  }

  /// What was noted on the objects' counterparts: those in namespaces are listed, a kind and namespace at a time; of
  /// cluster roles and their like the cluster has many more than ours.
  private func appliedNotes(of objects: [Value]) async throws -> [ObjectIdentity: String] {
    let client = try await kubernetes.value()
    let groups = Dictionary(grouping: objects.filter { Self.note($0) != nil }) { object in
      let identity = ObjectIdentity(object)
      return ListKey(
        apiVersion: object["apiVersion"].stringValue ?? "", kind: identity.kind, namespace: identity.namespace)
    }
    return try await withThrowingTaskGroup(of: [Value].self) { group in
      for (key, objects) in groups {
        group.addTask {
          let type = try await client.resourceType(apiVersion: key.apiVersion, kind: key.kind)
          var found: [Value] = []
          if key.namespace.isEmpty {
            for object in objects {
              if let live = try await client.get(type, ObjectIdentity(object).name) { found.append(live) }
            }
          } else {
            found = try await client.list(type, namespace: key.namespace).items
          }
          // Items of a list do not say their kind.
          return found.map { object in
            var object = object
            object["apiVersion"] = .string(key.apiVersion)
            object["kind"] = .string(key.kind)
            return object
          }
        }
      }
      var notes: [ObjectIdentity: String] = [:]
      for try await found in group {
        for object in found { notes[ObjectIdentity(object)] = Self.note(object) }
      }
      return notes
    }
  }
}

/// What is listed in one request.
private struct ListKey: Hashable, Sendable {
  let apiVersion: String
  let kind: String
  let namespace: String
}
