import Documents
import Harness

/// Many packages at once: whether time grows with their number alone, and connections and memory do not.
struct ScaleBench {
  /// What one number of packages took.
  struct Row {
    var count: Int
    /// Until all are pushed and registered, in seconds.
    var install: Double
    var connections: Int
    var connectionsToGitea: Int
    /// The larger of both runs, in MiB.
    var memory: Double
    /// A whole `create` that finds nothing to do, in seconds.
    var again: Double
    var pushedAgain: Bool
  }

  private let settings: ScaleSettings
  private let image: String
  private let folder = "/tmp/idpbuilder-bench-scale"
  private static let cluster = "bench-scale"

  init(_ settings: ScaleSettings) async throws {
    self.settings = settings
    image = settings.image.isEmpty ? try await NodeImage.shared.reference() : settings.image
  }

  /// Makes a platform and measures every number on it.
  /// - Returns: the rows, in the order of the numbers.
  /// - Throws: ``ProgramError`` if the program fails.
  func run() async throws -> [Row] {
    do {
      complain("scale: the platform")
      _ = try await create([], connections: false)
      var rows: [Row] = []
      for count in settings.counts { rows.append(try await measure(count)) }
      try await delete()
      return rows
    } catch {
      try? await delete()
      throw error
    }
  }

  private func measure(_ count: Int) async throws -> Row {
    complain("scale: \(count) packages of \(settings.filesPerPackage) files")
    let packages = try (1...count).map { try write("scale-\(count)-\($0)") }
    let arguments = packages.flatMap { ["-p", $0] }
    // What Argo CD does with them is its own time; it is given that before the next run.
    let new = try await create(arguments + ["--no-wait-packages"], connections: true)
    _ = try await create(arguments, connections: false)
    let again = try await create(arguments, connections: true)
    let row = Row(
      count: count, install: new.step, connections: max(new.connections, again.connections),
      connectionsToGitea: max(new.connectionsToGitea, again.connectionsToGitea),
      memory: Double(max(new.result.peakMemory, again.result.peakMemory)) / 1_048_576,
      again: again.result.duration / .seconds(1), pushedAgain: !again.detail.contains("unchanged"))
    // The next number begins with nothing again.
    _ = try await create(["--prune"], connections: false)
    return row
  }

  private struct Created {
    var result: ProgramResult
    /// How long the packages' step took, and what it says.
    var step: Double
    var detail: String
    var connections = 0
    var connectionsToGitea = 0
  }

  private func create(_ more: [String], connections: Bool) async throws -> Created {
    let arguments =
      ["create", "--name", Self.cluster, "--node-image", image, "-o", "json"] + settings.programArguments + more
    let program = try Program(settings.program, arguments, environment: environment, limit: .seconds(900))
    let count = ConnectionCount(of: program.identifier)
    let counting = connections ? Task { await count.follow() } : nil
    let result = await program.result()
    counting?.cancel()
    guard result.status == 0 else { throw ProgramError("idpbuilder create: \(result.transcript.suffix(4000))") }
    let finished = result.output.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }.last {
      $0["event"] == "finished" && $0["step"] == "packages"
    }
    return Created(
      result: result, step: finished?["duration"].doubleValue ?? 0, detail: finished?["detail"].stringValue ?? "",
      connections: await count.peak, connectionsToGitea: await count.peakByPort[port] ?? 0)
  }

  private func delete() async throws {
    _ = try await Program.run(
      settings.program, ["delete", "--name", Self.cluster], environment: environment, limit: .seconds(120))
    _ = try await Program.run("rm", ["-rf", folder], environment: environment)
  }

  /// The port that Gitea is reached at.
  private var port: String {
    let index = settings.programArguments.firstIndex(of: "--port")
    return index.map { settings.programArguments[$0 + 1] } ?? "8443"
  }

  private var environment: [String: String] {
    var environment = HarnessEnvironment.all
    environment["KUBECONFIG"] = folder + "-kubeconfig"
    return environment
  }

  /// Writes a package of that name.
  /// - Returns: its folder.
  private func write(_ name: String) throws -> String {
    let package = "\(folder)/\(name)"
    TextFile.makeFolder(package + "/manifests")
    try TextFile.write(
      package + "/app.yaml",
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: \(name), namespace: argocd}
      spec:
        project: default
        source: {repoURL: cnoe://manifests, targetRevision: HEAD, path: .}
        destination: {server: https://kubernetes.default.svc, namespace: default}
        syncPolicy: {automated: {selfHeal: true}}

      """)
    for number in 1...settings.filesPerPackage {
      try TextFile.write(
        "\(package)/manifests/\(number).yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)-\(number)\ndata:\n  text: \"\(number)\"\n")
    }
    return package
  }
}
