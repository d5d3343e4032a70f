import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// Saves everything that a report of a fault needs, without secrets.
///
/// What cannot be had is noted and left out: a broken cluster is what this is for.
///
/// - Parameters:
///   - options: What is wanted.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: What was saved.
/// - Throws: A `Failure` if the engine cannot be asked, there is no such cluster, or nothing can be written.
public func exportLogs(
  _ options: ExportOptions, environment: [String: String], events: EventSink
) async throws -> ExportOutcome {
  let name = try ClusterName(options.cluster.name)
  let engine = try await connectEngine(options.cluster.dockerHost, environment)
  guard let facts = try await ClusterFacts.find(name, engine, environment) else {
    throw Failure(
      "there is no cluster \(name)", remedy: "idpbuilder get clusters shows all there are", status: .notFound)
  }
  let directory = try ExportDirectory(options.directory)
  events.send(.heading("Logs of cluster \(name), into \(options.directory)"))
  let run = ExportRun(
    name: name, engine: engine, facts: facts, directory: directory, options: options, environment: environment)
  try await Runner(events: events).run(Plan(run.steps()))
  let (_, problems) = directory.outcome
  if !problems.isEmpty { try directory.write(problems.map { $0 + "\n" }.joined(), to: "not-exported.txt") }
  return ExportOutcome(
    directory: options.directory, files: directory.outcome.files, problems: problems)
}

/// The steps of an export.
struct ExportRun: Sendable {
  let name: ClusterName
  let engine: Engine
  let facts: ClusterFacts
  let directory: ExportDirectory
  let options: ExportOptions
  let environment: [String: String]

  /// Nothing is written before the secrets are known.
  func steps() -> [Step] {
    [
      step("secrets", "secrets", after: [], readSecrets), step("engine", "engine", saveEngine),
      step("nodes", "nodes", saveNodes), step("pod-logs", "pods", savePodLogs), step("objects", "objects", saveObjects),
      step("doctor", "doctor", saveDiagnosis),
    ]
  }

  private func step(
    _ id: StepID, _ title: String, after: [StepID] = ["secrets"],
    _ body: @escaping @Sendable (StepContext) async throws -> String?
  ) -> Step {
    Step(id, title: title, after: after) { [directory] context in
      do {
        return try await body(context)
      } catch let failure as Failure where failure.status == .cannotCreate {
        // Nothing can be written: there is no use in going on.
        throw failure
      } catch {
        try Task.checkCancellation()
        directory.note("\(title): \(error)")
        return "not all of it could be had"
      }
    }
  }

  /// Every value in the cluster's Secrets.
  private func readSecrets(_ context: StepContext) async throws -> String? {
    do {
      let secrets = try await facts.client.get().list(.secrets, deadline: .after(.seconds(30))).items
      directory.learn(ExportSecrets.values(of: secrets))
      return "\(secrets.count) known"
    } catch {
      try Task.checkCancellation()
      directory.note("secrets: \(error)")
      context.warn("the values of secrets cannot be read, so they may be in what is saved: look before you share")
      return "not known"
    }
  }

  private func saveEngine(_ context: StepContext) async throws -> String? {
    try directory.write("\(options.version)\n", to: "idpbuilder-version.txt")
    let info = try await engine.info()
    // kind's name for it.
    try directory.write(JSON.string(ObjectRedaction.redact(info), pretty: true) + "\n", to: "docker-info.txt")
    try directory.write(JSON.string(try await engine.version(), pretty: true) + "\n", to: "docker-version.json")
    return engine.product
  }

  private func saveDiagnosis(_ context: StepContext) async throws -> String? {
    var wanted = DoctorOptions()
    wanted.name = name.text
    wanted.dockerHost = options.cluster.dockerHost
    let report = await Doctor.report(
      Doctor.all, try DoctorContext(wanted, environment: environment, engine: engine))
    try directory.write(JSON.string(report.json, pretty: true) + "\n", to: "doctor.json")
    return "\(report.count(.problem)) problems, \(report.count(.warning)) warnings"
  }
}

/// What the Secrets of a cluster hold.
enum ExportSecrets {
  /// All values, decoded, but for those that say only where a service account belongs.
  static func values(of secrets: [Value]) -> [[UInt8]] {
    secrets.flatMap { secret in
      secret["data"].members.compactMap { key, value in
        if secret["type"] == "kubernetes.io/service-account-token", key == "namespace" { return nil }
        return value.stringValue.flatMap { Base64.decode($0) }
      }
    }
  }
}
