import Synchronization

/// One test's world: names of its own, a kubeconfig of its own, a log, and a list of what has to be cleaned up.
public final class Scenario: Sendable {
  /// A short random word that is part of every name this test uses.
  public let identifier: String
  /// A folder of its own; kept when the test fails.
  public let folder: String
  /// The kubeconfig that the test's programs use.
  public let kubeconfig: String
  /// The name of the test's (first) cluster.
  public var cluster: String { "it-\(identifier)" }

  private let cleanups = Mutex<[@Sendable () async -> Void]>([])
  private let log = Mutex("")
  private let programs = Mutex<[Program]>([])

  private init(_ name: String) {
    identifier = Self.makeIdentifier()
    let words = name.prefix { $0 != "(" }.filter { $0.isLetter || $0.isNumber }
    folder = "/tmp/idpbuilder-it/\(words)-\(identifier)"
    kubeconfig = folder + "/kubeconfig"
    TextFile.makeFolder(folder)
  }

  static func makeIdentifier() -> String {
    String(UInt32.random(in: 0x10_0000...0xff_ffff), radix: 16)
  }

  /// Runs a test's body in a world of its own and cleans up afterwards, last made first, whatever happened.
  /// - Parameters:
  ///   - name: for the folder's name.
  ///   - body: the test.
  /// - Returns: what the body returns.
  /// - Throws: what the body throws.
  public static func run<Result: Sendable>(
    _ name: String = #function, _ body: (Scenario) async throws -> Result
  ) async throws -> Result {
    let scenario = Scenario(name)
    // Whatever goes wrong, no cluster of this test outlives it.
    for suffix in ["", "-b"] { scenario.cleanUp { await scenario.removeCluster(scenario.cluster + suffix) } }
    do {
      let result = try await body(scenario)
      try scenario.requireNoFinding()
      await scenario.finish()
      _ = try? await Program.run("rm", ["-rf", scenario.folder], environment: HarnessEnvironment.all)
      return result
    } catch {
      await scenario.diagnose("\(error)")
      await scenario.finish()
      throw error
    }
  }

  /// Adds something to do at the end, before everything added earlier.
  public func cleanUp(_ action: @escaping @Sendable () async -> Void) { cleanups.withLock { $0.append(action) } }

  private func finish() async {
    while let action = cleanups.withLock({ $0.popLast() }) { await action() }
    try? TextFile.write(folder + "/log", log.withLock { $0 })
  }

  func removeCluster(_ name: String) async {
    guard HarnessEnvironment.hasEngine else { return }
    let docker = Docker()
    for container in (try? await docker.containers(cluster: name)) ?? [] {
      _ = try? await docker.run(["rm", "-fv", container])
    }
  }

  // MARK: Programs

  /// The environment of the test's programs: ours without what could point elsewhere.
  public var environment: [String: String] {
    var environment = HarnessEnvironment.all
    environment["KUBECONFIG"] = kubeconfig
    environment["HOME"] = folder
    environment["TMPDIR"] = folder
    // The user's own docker configuration may name credentials and contexts.
    if let host = HarnessEnvironment.all["DOCKER_HOST"] { environment["DOCKER_HOST"] = host }
    for name in ["IDPBUILDER_NODE_IMAGE", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] { environment[name] = nil }
    return environment
  }

  /// Runs the binary under test as a user would.
  /// - Parameters:
  ///   - arguments: its arguments.
  ///   - changes: variables to set, or with nil to take away.
  ///   - limit: after this time it is killed, and the test fails.
  /// - Returns: how it ended.
  /// - Throws: ``ProgramError`` if it cannot be started or its time is over.
  public func idpbuilder(
    _ arguments: String..., environment changes: [String: String?] = [:], limit: Duration = .seconds(300)
  ) async throws -> ProgramResult {
    let result = try await start(arguments, environment: changes, limit: limit).result()
    note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
    if result.ranOutOfTime {
      throw ProgramError("idpbuilder \(arguments.joined(separator: " ")) did not end within \(limit)")
    }
    return result
  }

  /// `idpbuilder create` of the test's cluster on the node image of the tests.
  /// - Parameters:
  ///   - more: further arguments.
  ///   - name: another cluster than ``cluster``.
  ///   - image: another node image.
  /// - Returns: how it ended.
  /// - Throws: ``ProgramError`` if it cannot be started or its time is over.
  public func create(_ more: String..., name: String? = nil, image: String? = nil) async throws -> ProgramResult {
    let arguments = try await createArguments(name: name, image: image) + more
    let result = try await start(arguments).result()
    note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
    if result.ranOutOfTime { throw ProgramError("idpbuilder create did not end in time") }
    return result
  }

  /// An address of the loopback interface that no other test uses, for the platform's ports.
  public var loopback: String {
    let number = UInt32(identifier, radix: 16) ?? 0
    return "127.\(number >> 16 & 0x7f | 0x40).\(number >> 8 & 0xff).\(number & 0xff | 2)"
  }

  /// `idpbuilder create` of a whole platform, published on ``loopback``, without a cache: the machine that runs the tests
  /// may have the platform's images or not, and the stand-in runs none of them.
  /// - Parameter more: further arguments.
  /// - Returns: how it ended.
  /// - Throws: ``ProgramError`` if it cannot be started or its time is over.
  public func createPlatform(_ more: String...) async throws -> ProgramResult {
    let arguments = try await platformArguments() + more
    let result = try await start(arguments, limit: .seconds(600)).result()
    note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
    if result.ranOutOfTime { throw ProgramError("idpbuilder create did not end in time") }
    return result
  }

  /// The arguments of ``createPlatform(_:)``.
  /// - Returns: the arguments.
  /// - Throws: ``ProgramError`` if the node image cannot be made.
  public func platformArguments() async throws -> [String] {
    let image = try await NodeImage.shared.reference()
    return ["create", "--name", cluster, "--node-image", image, "--listen-address", loopback, "--no-cache"]
  }

  /// The arguments of ``create(_:name:image:)``.
  public func createArguments(name: String? = nil, image: String? = nil) async throws -> [String] {
    let reference: String
    if let image { reference = image } else { reference = try await NodeImage.shared.reference() }
    return ["create", "--cluster-only", "--name", name ?? cluster, "--node-image", reference]
  }

  /// Starts the binary under test without waiting for it.
  public func start(
    _ arguments: [String], environment changes: [String: String?] = [:], limit: Duration = .seconds(300)
  ) throws -> Program {
    guard let binary = HarnessEnvironment.binary else {
      throw ProgramError("no idpbuilder binary: set IDPBUILDER_BINARY, or run `swift build` in the root package")
    }
    var environment = environment
    for (name, value) in changes { environment[name] = value }
    let program = try Program(binary, arguments, environment: environment, limit: limit)
    programs.withLock { $0.append(program) }
    return program
  }

  /// A binary that is built with a sanitizer may end as a test wants it to and have reported something nonetheless.
  private func requireNoFinding() throws {
    for program in programs.withLock({ $0 }) {
      if let finding = program.sanitizerFinding { throw ProgramError("a sanitizer reports:\n\(finding)") }
    }
  }

  /// Runs another program in the test's environment.
  public func program(
    _ name: String, _ arguments: String..., input: String = "/dev/null", limit: Duration = .seconds(120)
  )
    async throws -> ProgramResult
  {
    let result = try await Program.run(
      name, arguments, environment: environment, input: input, limit: limit)
    note("$ \(name) \(arguments.joined(separator: " "))\n\(result.transcript)")
    return result
  }

  // MARK: Diagnosis

  /// Adds a line to the test's log.
  public func note(_ text: String) { log.withLock { $0 += text + "\n" } }

  private func diagnose(_ error: String) async {
    note("failed: \(error)")
    guard HarnessEnvironment.hasEngine else { return }
    for name in [cluster, cluster + "-b"] {
      for container in (try? await Docker().containers(cluster: name)) ?? [] {
        let logs = try? await Program.run(
          "docker", ["logs", "--tail", "200", container], environment: HarnessEnvironment.all)
        note("logs of \(container):\n\(logs?.output ?? "")\n\(logs?.errors ?? "")")
        let state = try? await Docker().run(["inspect", "-f", "{{json .State}}", container])
        note("state of \(container): \(state ?? "")")
      }
    }
    let text = log.withLock { $0 }
    print("log of the failed test (also in \(folder)/log):\n\(text.suffix(20_000))")
  }
}
