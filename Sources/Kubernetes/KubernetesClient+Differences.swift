public import Diagnostics
public import Documents

extension KubernetesClient {
  /// Applies an object, unless that would change nothing.
  ///
  /// Looking costs the server far less than applying does: less than a tenth for a large definition.
  ///
  /// - Parameters:
  ///   - wanted: The object.
  ///   - live: The object as it is in the cluster; nil if it is not known to be there.
  ///   - fieldManager: Who applies it.
  ///   - subresource: The subresource it is applied to; nil for the object itself.
  ///   - deadline: When to give up.
  /// - Returns: The object as it is in the cluster now.
  /// - Throws: As ``apply(_:fieldManager:force:subresource:options:deadline:)``.
  @discardableResult
  public func apply(
    _ wanted: Value, over live: Value?, fieldManager: String = "idpbuilder", subresource: String? = nil,
    deadline: Deadline = .never
  ) async throws -> Value {
    if let live, AppliedFields.match(wanted, live, fieldManager: fieldManager, subresource: subresource ?? "") {
      return live
    }
    return try await retryingTransientFailures(until: deadline, awaiting: "an object") {
      try await self.apply(wanted, fieldManager: fieldManager, subresource: subresource, deadline: deadline)
    }
  }

  /// Applies those of the objects that are not in the cluster as they would be applied, side by side: nothing among them
  /// may need another of them.
  ///
  /// - Parameters:
  ///   - objects: The objects.
  ///   - fieldManager: Who applies them.
  ///   - width: How many at once.
  ///   - deadline: When to give up.
  /// - Throws: As ``apply(_:fieldManager:force:subresource:options:deadline:)``.
  public func applyDifferences(
    _ objects: [Value], fieldManager: String = "idpbuilder", width: Int = 8, deadline: Deadline
  ) async throws {
    try await sideBySide(objects, width: width) { object in
      let live = try await self.retryingTransientFailures(until: deadline, awaiting: "an object") {
        try await self.get(self.reference(of: object, deadline: deadline), deadline: deadline)
      }
      try await self.apply(object, over: live, fieldManager: fieldManager, deadline: deadline)
    }
  }
}
