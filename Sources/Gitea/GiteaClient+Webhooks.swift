import Documents
import HTTP

extension GiteaClient {
  /// Makes sure that the server tells an address of every push to any of its repositories. Needs an administrator.
  ///
  /// Source: Gitea API 1.24, `POST /admin/hooks` with `is_system_webhook`.
  ///
  /// - Parameter address: Where the server posts to; nothing is changed if a hook for it is there.
  /// - Throws: ``GiteaError``.
  public func ensureSystemWebhook(_ address: String) async throws(GiteaError) {
    let operation = "have pushes told to \(address)"
    let hooks = try await send(.get, "/v1/admin/hooks?type=system&limit=50", operation: operation).value
    if hooks.elements.contains(where: { $0["config"]["url"].stringValue == address }) { return }
    let body: Value = [
      "type": "gitea", "active": true, "events": ["push"], "branch_filter": "*",
      "config": ["url": .string(address), "content_type": "json", "is_system_webhook": "true"],
    ]
    _ = try await send(.post, "/v1/admin/hooks", body, operation: operation)
  }
}
