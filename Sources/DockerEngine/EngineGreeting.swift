/// What an engine says of itself in the answer of `GET /_ping`.
public struct EngineGreeting: Sendable, Hashable {
  /// The newest version of the API it speaks; nil when it does not say.
  public var apiVersion: APIVersion?
  /// The product and its version as users know them: `Docker Engine 28.5.2`, `Podman 5.8.6`.
  public var product: String

  /// Reads the headers `Api-Version` and `Server` (`Docker/28.5.2 (linux)`, `Libpod/5.8.6 (linux)`).
  ///
  /// Source: Docker Engine API, `SystemPing`; Podman's `pkg/api/handlers/compat/ping.go`.
  ///
  /// - Parameters:
  ///   - apiVersion: The value of the first.
  ///   - server: The value of the second.
  init(apiVersion: String?, server: String?) {
    self.apiVersion = apiVersion.flatMap { APIVersion($0) }
    let words = (server ?? "").prefix { $0 != " " }.split(separator: "/", maxSplits: 1).map(String.init)
    let version = words.count > 1 ? " \(words[1])" : ""
    product =
      switch words.first {
      case "Docker", nil: "Docker Engine\(version)"
      case "Libpod": "Podman\(version)"
      case let other?: other + version
      }
  }
}
