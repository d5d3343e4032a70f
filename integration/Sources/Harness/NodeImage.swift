/// The node image that the tests run on.
public actor NodeImage {
  /// The one of this process.
  public static let shared = NodeImage()

  private var made: [String: Task<String, any Error>] = [:]

  /// Whether the tests run on the stand-in, and not on an image that was given.
  public static var isStandIn: Bool { HarnessEnvironment.all["IDPBUILDER_NODE_IMAGE"] == nil }

  /// `IDPBUILDER_NODE_IMAGE`, or the stand-in, built on first use.
  public func reference() async throws -> String {
    if let given = HarnessEnvironment.all["IDPBUILDER_NODE_IMAGE"] { return given }
    return try await once("plain") {
      var environment = HarnessEnvironment.all
      environment["STAND_IN_BINARY"] = HarnessEnvironment.programs + "/stand-in-node"
      let result = try await Program.run(
        HarnessEnvironment.package + "/scripts/node-image", [HarnessEnvironment.standInImage], environment: environment,
        limit: .seconds(600))
      guard result.status == 0, let reference = result.output.split(separator: "\n").last else {
        throw ProgramError("the stand-in image could not be built: \(result.transcript)")
      }
      return String(reference)
    }
  }

  /// A stand-in with a fault, for example `{"kubeadm": "hang"}`.
  /// - Parameters:
  ///   - name: a short word for the image's name.
  ///   - faults: JSON for `/kind/stand-in-faults.json`.
  /// - Returns: the image's reference.
  /// - Throws: ``ProgramError`` if it cannot be made.
  public func faulty(_ name: String, _ faults: String) async throws -> String {
    let plain = try await reference()
    return try await once(name) {
      let docker = Docker()
      let container = "stand-in-fault-\(name)-\(Scenario.makeIdentifier())"
      let reference = "idpbuilder.localhost/stand-in-\(name):v1.36.1"
      _ = try await docker.run(["create", "--name", container, plain])
      do {
        let file = "/tmp/\(container).json"
        try TextFile.write(file, faults)
        _ = try await docker.run(["cp", file, "\(container):/kind/stand-in-faults.json"])
        _ = try await docker.run(["commit", container, reference])
        TextFile.remove(file)
      } catch {
        _ = try? await docker.run(["rm", "-fv", container])
        throw error
      }
      _ = try await docker.run(["rm", "-fv", container])
      return reference
    }
  }

  /// A stand-in of its own for one test: what is prepared of it, no other test sees.
  /// - Parameters:
  ///   - scenario: the test; the image is removed at its end, with everything that was prepared of it.
  ///   - files: more files, by absolute path.
  /// - Returns: the image's reference.
  /// - Throws: ``ProgramError`` if it cannot be made.
  public func own(_ scenario: Scenario, files: [String: String] = [:]) async throws -> String {
    let plain = try await reference()
    let docker = Docker()
    let container = "stand-in-own-\(scenario.identifier)"
    let image = "idpbuilder.localhost/stand-in-\(scenario.identifier):v1.36.1"
    scenario.cleanUp {
      for suffix in ["", "-b"] { await scenario.removeCluster(scenario.cluster + suffix) }
      _ = try? await docker.run(["rm", "-fv", container])
      _ = try? await scenario.idpbuilder("cache", "prune", "--all", "--node-image", image)
      _ = try? await docker.run(["rmi", "-f", image])
    }
    try await docker.run(["create", "--name", container, plain])
    let root = scenario.folder + "/own-image"
    for (path, text) in files.merging(["/kind/own": scenario.identifier], uniquingKeysWith: { first, _ in first }) {
      TextFile.makeFolder(String((root + path).prefix(upTo: (root + path).lastIndex(of: "/") ?? root.endIndex)))
      try TextFile.write(root + path, text)
    }
    try await docker.run(["cp", root + "/.", "\(container):/"])
    try await docker.run(["commit", container, image])
    try await docker.run(["rm", "-fv", container])
    return image
  }

  private func once(_ name: String, _ make: @escaping @Sendable () async throws -> String) async throws -> String {
    let task = made[name] ?? Task { try await make() }
    made[name] = task
    return try await task.value
  }
}
