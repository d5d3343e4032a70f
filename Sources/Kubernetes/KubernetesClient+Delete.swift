public import Diagnostics
import Documents
import HTTP

/// What happens to the objects that an object owns when it is deleted.
///
/// <https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion>
public enum PropagationPolicy: String, Sendable {
  /// They are deleted afterwards by the garbage collector.
  case background = "Background"
  /// They are deleted first; the object stays until they are gone.
  case foreground = "Foreground"
  /// They stay.
  case orphan = "Orphan"
}

extension KubernetesClient {
  /// Deletes an object. It may stay for a while: until its pods have ended, its finalizers are done.
  ///
  /// - Parameters:
  ///   - reference: The object.
  ///   - propagation: What happens to the objects it owns.
  ///   - gracePeriod: How long pods may take to end, whole seconds; nil for what they say themselves.
  ///   - uid: Deletes only the object with this `metadata.uid`, not a later one of the same name.
  ///   - resourceVersion: Deletes only if the object is still this version.
  ///   - dryRun: Whether the server only answers as if.
  ///   - deadline: When to give up.
  /// - Returns: Whether there was such an object.
  /// - Throws: ``APIStatusError`` for a refusal.
  @discardableResult
  public func delete(
    _ reference: ObjectReference, propagation: PropagationPolicy = .background, gracePeriod: Duration? = nil,
    uid: String? = nil, resourceVersion: String? = nil, dryRun: Bool = false, deadline: Deadline = .never
  ) async throws -> Bool {
    var body: Value = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
    ]
    if let gracePeriod { body["gracePeriodSeconds"] = .integer(gracePeriod.components.seconds) }
    if let uid { body["preconditions"]["uid"] = .string(uid) }
    if let resourceVersion { body["preconditions"]["resourceVersion"] = .string(resourceVersion) }
    if dryRun { body["dryRun"] = ["All"] }
    do {
      _ = try await send(
        Call(
          method: .delete, path: reference.path(), body: JSON.serialize(body), operation: "delete \(reference)"),
        deadline: deadline)
      return true
    } catch let error as APIStatusError where error.isNotFound {
      return false
    }
  }
}
