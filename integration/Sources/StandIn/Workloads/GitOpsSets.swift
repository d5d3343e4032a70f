import ClusterAPI
import Documents
import NodeServer
import Synchronization

/// The controller of ApplicationSets: makes Applications of a template and what generators find.
///
/// Source: argo-cd.readthedocs.io (ApplicationSet: generators, template, status conditions).
final class GitOpsSets: Workload {
  private let context: WorkloadContext
  private let seen = Mutex<[String: Int]>([:])
  private let work = Mutex(false)

  init(_ context: WorkloadContext) { self.context = context }

  func start() { clusterChanged() }

  func stop() { work.withLock { $0 = true } }

  /// Generators clone, which takes its time; so they run on a thread of their own.
  func clusterChanged() {
    guard hasWork(),
      work.withLock({ busy in
        defer { busy = true }
        return !busy
      })
    else { return }
    startThread { [self] in
      while let set = sets().first(where: { !isDone($0) }) { look(at: set) }
      work.withLock { $0 = false }
      clusterChanged()
    }
  }

  private func hasWork() -> Bool { sets().contains { !isDone($0) } }

  private func sets() -> [Value] {
    context.cluster.perform { [context] in $0.list(.applicationSets, namespace: context.namespace) }.filter {
      !$0.isBeingDeleted
    }
  }

  private func isDone(_ set: Value) -> Bool { seen.withLock { $0[set.name] } == state(of: set) }

  /// All that decides about a set's Applications.
  private func state(of set: Value) -> Int {
    let sources = GitOpsGenerators.repositories(in: set["spec"]["generators"]).map {
      GitOpsSource(["repoURL": .string($0)])
    }
    return JSON.serialize(set["spec"], sortedKeys: true).reduce(5_381) { ($0 &* 33) ^ Int($1) }
      &+ sources.reduce(0) { $0 + context.bus.pushCount(of: $1.repository) }
      &+ sources.map { context.authority(for: $0) }.hashValue
  }

  private func look(at set: Value) {
    // What is noted is what was there before the work, so that nothing is missed.
    let now = state(of: set)
    seen.withLock { $0[set.name] = now }
    let generators = GitOpsGenerators { source, folder throws(GitOpsFault) in
      _ = try source.clone(to: folder, authority: self.context.authority(for: source), cluster: self.context.cluster)
    }
    do throws(GitOpsFault) {
      var parameters: [[String: String]] = []
      for generator in set["spec"]["generators"].elements { parameters += try generators.parameters(of: generator) }
      let applications = parameters.map { GitOpsTemplate.filled(set["spec"]["template"], $0) }
      context.cluster.perform { state in Self.keep(applications, of: set, &state) }
      say(set, error: nil)
    } catch {
      say(set, error: error.message)
    }
  }

  /// Makes, changes and deletes Applications until there are these.
  private static func keep(_ applications: [Value], of set: Value, _ state: inout ClusterState) {
    let owner: Value = [
      "apiVersion": set["apiVersion"], "kind": "ApplicationSet", "name": .string(set.name),
      "uid": set["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    ]
    for template in applications {
      state.store(.applications, set.namespace, template.name) { application in
        for field in ["labels", "annotations"] {
          for (name, value) in template["metadata"][field].members { application["metadata"][field][name] = value }
        }
        application["metadata"]["finalizers"] = ["resources-finalizer.argocd.argoproj.io"]
        application["metadata"]["ownerReferences"] = [owner]
        application["spec"] = template["spec"]
      }
    }
    let names = Set(applications.map(\.name))
    for application in state.list(.applications, namespace: set.namespace)
    where application["metadata"]["ownerReferences"].elements.contains(where: { $0["uid"] == owner["uid"] })
      && !names.contains(application.name)
    {
      if let target = state.target(.applications, application.namespace, application.name) {
        _ = try? state.delete(target, DeleteOptions())
      }
    }
  }

  private func say(_ set: Value, error: String?) {
    context.cluster.perform { state in
      _ = state.store(.applicationSets, set.namespace, set.name) { set in
        let isGood = error == nil
        set.setCondition(
          "ErrorOccurred", isGood ? "False" : "True",
          reason: isGood ? "ApplicationSetUpToDate" : "ApplicationGenerationFromParamsError",
          message: error ?? "All applications have been generated successfully")
        set.setCondition(
          "ResourcesUpToDate", isGood ? "True" : "False", reason: isGood ? "ApplicationSetUpToDate" : "ErrorOccurred",
          message: error ?? "All applications have been generated successfully")
        set["metadata"]["annotations"].removeValue(forKey: "argocd.argoproj.io/application-set-refresh")
      }
    }
  }
}

extension ResourceID {
  static let applicationSets = ResourceID("argoproj.io", "applicationsets")
}
