/// The engine as a user sees it, through the `docker` program.
public struct Docker: Sendable {
  /// Uses the `docker` program on the `PATH`.
  public init() {}

  /// Runs a docker command.
  /// - Throws: ``ProgramError`` if it fails.
  @discardableResult
  public func run(_ arguments: [String]) async throws -> String {
    let result = try await Program.run("docker", arguments, environment: HarnessEnvironment.all)
    guard result.status == 0 else {
      throw ProgramError("docker \(arguments.joined(separator: " ")): \(result.errors)")
    }
    return result.output
  }

  /// The containers of a cluster by kind's label.
  public func containers(cluster: String) async throws -> [String] {
    try await lines(["ps", "-a", "--filter", "label=io.x-k8s.kind.cluster=\(cluster)", "--format", "{{.Names}}"])
  }

  /// The names of all volumes.
  public func volumes() async throws -> Set<String> { Set(try await lines(["volume", "ls", "-q"])) }

  /// The volumes that a container mounts.
  public func volumes(of container: String) async throws -> [String] {
    try await lines([
      "inspect", "-f", "{{range .Mounts}}{{if eq .Type \"volume\"}}{{.Name}}\n{{end}}{{end}}", container,
    ])
  }

  /// Volumes that no container mounts.
  public func danglingVolumes() async throws -> Set<String> {
    Set(try await lines(["volume", "ls", "-q", "--filter", "dangling=true"]))
  }

  /// The ids of all networks with exactly this name; the engine allows several.
  public func networks(named name: String) async throws -> [String] {
    try await lines(["network", "ls", "-q", "--filter", "name=^\(name)$"])
  }

  /// The id of a container, nil if there is none of that name.
  public func identifier(of container: String) async -> String? {
    try? await lines(["inspect", "-f", "{{.Id}}", container]).first
  }

  private func lines(_ arguments: [String]) async throws -> [String] {
    try await run(arguments).split(separator: "\n").map(String.init)
  }
}
