public import Diagnostics
import Documents
import Logging

extension KubernetesClient {
  /// Every resource of the server that can be listed, each in the version that the server prefers.
  ///
  /// - Parameter deadline: When to give up.
  /// - Returns: The resources, in order of group and name; a group whose server does not answer is left out.
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without an answer.
  public func listableResourceTypes(deadline: Deadline = .never) async throws -> [ResourceType] {
    let groups = try await sendForValue(
      Call(path: "/apis", operation: "look up the groups of the API"), deadline: deadline)
    let versions = ["v1"] + groups["groups"].elements.compactMap { $0["preferredVersion"]["groupVersion"].stringValue }
    var found: [ResourceType] = []
    for version in versions {
      do {
        found += try await listableResources(apiVersion: version, deadline: deadline)
      } catch let error as APIStatusError {
        // An aggregated API whose server is down.
        logger.debug("the kinds of \(version) are not known: \(error)")
      }
    }
    return found.sorted { ($0.group, $0.plural) < ($1.group, $1.plural) }
  }
}
