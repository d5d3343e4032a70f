import ClusterAPI
import Documents
import Glibc
import NodeServer
import Synchronization

/// The GitOps loop: clones what Applications name, over HTTPS and by its name in the cluster, applies it, and says so.
///
/// Source: argo-cd.readthedocs.io (Application specification and status, annotation tracking).
final class GitOpsLoop: Workload {
  private struct Seen: Equatable {
    var generation: Int
    var refresh: String
    var pushes: Int
    var trust: Int
  }

  let context: WorkloadContext
  private let seen = Mutex<[String: Seen]>([:])
  private let work = Mutex(false)

  init(_ context: WorkloadContext) { self.context = context }

  func start() { clusterChanged() }

  func stop() { work.withLock { $0 = true } }

  /// Cloning takes its time, so it happens on a thread of its own, one round at a time.
  func clusterChanged() {
    guard
      work.withLock({ busy in
        defer { busy = true }
        return !busy
      })
    else { return }
    startThread { [self] in
      var again = true
      while again { again = round() }
      work.withLock { $0 = false }
      // What changed between the last look and now.
      if hasWork() { clusterChanged() }
    }
  }

  private func hasWork() -> Bool { applications().contains { $0.isBeingDeleted ? Self.hasFinalizer($0) : !isDone($0) } }

  private func applications() -> [Value] {
    context.cluster.perform { [context] in $0.list(.applications, namespace: context.namespace) }
  }

  /// One look at every Application; true if something was done.
  private func round() -> Bool {
    var worked = false
    for application in applications() {
      if application.isBeingDeleted {
        worked = finishDeletion(application) || worked
      } else if !isDone(application) {
        // What is seen is what was there before the work, so that nothing is missed.
        let now = state(of: application)
        seen.withLock { $0[application.name] = now }
        synchronize(application)
        worked = true
      } else {
        updateHealth(application)
      }
    }
    return worked
  }

  private func isDone(_ application: Value) -> Bool {
    let now = state(of: application)
    return seen.withLock { $0[application.name] } == now && now.refresh.isEmpty
  }

  private func state(of application: Value) -> Seen {
    let sources = GitOpsSource.all(of: application)
    return Seen(
      generation: JSON.serialize(application["spec"], sortedKeys: true).reduce(5_381) { ($0 &* 33) ^ Int($1) },
      refresh: application["metadata"]["annotations"]["argocd.argoproj.io/refresh"].stringValue ?? "",
      pushes: sources.reduce(0) { $0 + context.bus.pushCount(of: $1.repository) },
      trust: sources.map { context.authority(for: $0) }.hashValue)
  }

  // MARK: Deletion

  private static let finalizer = "resources-finalizer.argocd.argoproj.io"

  private static func hasFinalizer(_ application: Value) -> Bool {
    application["metadata"]["finalizers"].elements.contains(.string(finalizer))
  }

  /// Deletes what the Application made, and lets it go.
  private func finishDeletion(_ application: Value) -> Bool {
    guard Self.hasFinalizer(application) else { return false }
    context.cluster.perform { state in
      GitOpsApply(application: application).prune([], &state)
      let rest = application["metadata"]["finalizers"].elements.filter { $0 != .string(Self.finalizer) }
      state.store(.applications, application.namespace, application.name) {
        $0["metadata"]["finalizers"] = .array(rest)
      }
      if rest.isEmpty, let target = state.target(.applications, application.namespace, application.name) {
        _ = try? state.delete(target, DeleteOptions())
      }
    }
    return true
  }

  // MARK: Synchronization

  private func synchronize(_ application: Value) {
    let folder = "/run/gitops-\(UInt32.random(in: 0...UInt32.max))"
    defer { _ = Subprocess.run("/usr/bin/rm", ["-rf", folder], environment: [:]) }
    Files.makeDirectory(folder)
    do throws(GitOpsFault) {
      var revisions: [String] = []
      var objects: [Value] = []
      for (index, source) in GitOpsSource.all(of: application).enumerated() {
        let target = "\(folder)/\(index)"
        revisions.append(
          try source.clone(to: target, authority: context.authority(for: source), cluster: context.cluster))
        if !source.isReference { objects += try source.objects(in: target) }
      }
      let found = objects
      let (results, unpruned) = context.cluster.perform { [application] state in
        let apply = GitOpsApply(application: application)
        let results = apply.apply(found, &state)
        return (results, apply.unpruned(results, state))
      }
      finish(application, revisions: revisions, results: results, unpruned: unpruned)
    } catch {
      fail(application, error.message)
    }
  }

  private func finish(_ application: Value, revisions: [String], results: [Value], unpruned: [Value]) {
    let failed = results.filter { $0["status"] == "SyncFailed" }
    let spec = application["spec"]
    // Several sources have their own fields everywhere.
    let isSingle = spec["sources"].elements.isEmpty
    let source: (String, Value) = isSingle ? ("source", spec["source"]) : ("sources", spec["sources"])
    let revision: (String, Value) =
      isSingle ? ("revision", .string(revisions.first ?? "")) : ("revisions", Value(revisions))
    update(application) { object in
      let now = Value.string(timestamp())
      var compared: Value = ["destination": spec["destination"]]
      compared[source.0] = source.1
      object["status"]["sync"] = [
        "status": failed.isEmpty && unpruned.isEmpty ? "Synced" : "OutOfSync", "comparedTo": compared,
      ]
      object["status"]["sync"][revision.0] = revision.1
      var result: Value = ["resources": .array(results)]
      result[source.0] = source.1
      result[revision.0] = revision.1
      var operation: Value = [:]
      operation[revision.0] = revision.1
      object["status"]["operationState"] = [
        "phase": failed.isEmpty ? "Succeeded" : "Failed",
        "message": failed.isEmpty ? "successfully synced (all tasks run)" : "one or more objects failed to apply",
        "startedAt": now, "finishedAt": now, "operation": ["sync": operation], "syncResult": result,
      ]
      object["status"]["resources"] = .array(
        results.map { result in
          var resource = result
          resource.removeValue(forKey: "message")
          resource.removeValue(forKey: "syncPhase")
          resource["status"] = "Synced"
          return resource
        } + unpruned)
      object["status"]["reconciledAt"] = now
      object["status"]["sourceType"] = "Directory"
      object["status"].removeValue(forKey: "conditions")
      object["status"]["health"] = ["status": .string(self.health(object))]
      object["metadata"]["annotations"].removeValue(forKey: "argocd.argoproj.io/refresh")
    }
  }

  private func fail(_ application: Value, _ message: String) {
    update(application) { object in
      object["status"]["sync"] = ["status": "Unknown"]
      object["status"]["health"] = ["status": "Healthy"]
      object["status"]["conditions"] = [
        ["type": "ComparisonError", "message": .string(message), "lastTransitionTime": .string(timestamp())]
      ]
      object["metadata"]["annotations"].removeValue(forKey: "argocd.argoproj.io/refresh")
    }
  }

  private func updateHealth(_ application: Value) {
    guard !application["status"]["resources"].isNull else { return }
    let health = Value.string(health(application))
    guard health != application["status"]["health"]["status"] else { return }
    update(application) { $0["status"]["health"]["status"] = health }
  }

  /// Whether every workload among the Application's objects is ready.
  private func health(_ application: Value) -> String {
    let found = context.cluster.perform { state in
      application["status"]["resources"].elements.compactMap { resource -> Value? in
        guard ["Deployment", "StatefulSet", "DaemonSet"].contains(resource["kind"].stringValue ?? "") else {
          return nil
        }
        let plural = (resource["kind"].stringValue ?? "").lowercased() + "s"
        return state.object(
          ResourceID("apps", plural), resource["namespace"].stringValue ?? "", resource["name"].stringValue ?? "")
      }
    }
    let ready = found.allSatisfy { workload in
      let wanted =
        workload["kind"] == "DaemonSet" ? workload["status"]["desiredNumberScheduled"] : workload["spec"]["replicas"]
      let count =
        workload["kind"] == "DaemonSet" ? workload["status"]["numberReady"] : workload["status"]["readyReplicas"]
      return (count.intValue ?? 0) >= (wanted.intValue ?? 1)
    }
    return ready ? "Healthy" : "Progressing"
  }

  private func update(_ application: Value, _ change: @Sendable (inout Value) -> Void) {
    // Health looks into the cluster itself, so the change is worked out outside the lock, on a fresh copy.
    guard var object = context.cluster.perform({ $0.object(.applications, application.namespace, application.name) })
    else { return }
    change(&object)
    let changed = object
    context.cluster.perform { state in
      _ = state.store(.applications, application.namespace, application.name) { live in
        live["status"] = changed["status"]
        if changed["metadata"]["annotations"]["argocd.argoproj.io/refresh"].isNull {
          live["metadata"]["annotations"].removeValue(forKey: "argocd.argoproj.io/refresh")
        }
      }
    }
  }
}
