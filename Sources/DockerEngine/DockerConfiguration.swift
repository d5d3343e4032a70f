import Documents

/// The user's `config.json` of the docker program
/// (<https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties>).
struct DockerConfiguration: Sendable {
  /// The directory it lies in; nil when neither `DOCKER_CONFIG` nor `HOME` is set.
  let directory: String?
  /// Its contents, empty when there is no such file.
  let value: Value

  /// Reads it; a file that is not there is empty.
  init(environment: [String: String], files: FileAccess) throws {
    directory = Self.directory(environment)
    // docker, too, takes a file without content for one that is not there.
    guard let directory, let bytes = try files.read("\(directory)/config.json"), bytes.contains(where: { $0 > 0x20 })
    else {
      value = [:]
      return
    }
    do {
      value = try JSON.parse(bytes, source: "\(directory)/config.json")
    } catch {
      throw EngineError(
        .badConfiguration, operation: "read docker's configuration", "\(error)",
        remedy: "correct \(directory)/config.json")
    }
  }

  private static func directory(_ environment: [String: String]) -> String? {
    if let named = environment["DOCKER_CONFIG"], !named.isEmpty { return named }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return "\(home)/.docker"
  }
}
