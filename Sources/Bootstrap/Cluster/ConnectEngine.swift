import DockerEngine

/// Finds the engine and agrees on an API version with it.
///
/// - Parameters:
///   - dockerHost: `--docker-host`, nil for the usual places.
///   - environment: The process environment.
/// - Returns: An engine whose version is known to be good enough.
/// - Throws: `EngineError` with what to do about it.
func connectEngine(_ dockerHost: String?, _ environment: [String: String]) async throws -> Engine {
  try await Engine.connect(EngineEndpoint.discover(environment: environment, flag: dockerHost))
}
