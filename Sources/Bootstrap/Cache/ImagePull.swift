import DockerEngine

/// Has the engine pull an image, with the credentials of the user's docker configuration.
enum ImagePull {
  /// Pulls.
  ///
  /// - Parameters:
  ///   - image: The reference.
  ///   - engine: The engine.
  ///   - environment: The process environment, for docker's configuration.
  ///   - context: Told how far it is.
  /// - Throws: `EngineError`, `CancellationError`.
  static func run(
    _ image: String, _ engine: Engine, environment: [String: String], _ context: StepContext
  ) async throws {
    var credentials: RegistryCredentials?
    if let reference = ImageReference(image) {
      credentials = try await RegistryCredentials.find(for: reference, environment: environment)
    }
    var summary = PullSummary()
    for try await progress in engine.pullImage(image, credentials: credentials) {
      if let line = summary.take(progress) { context.report(line.text, fraction: line.fraction) }
    }
  }
}
