import ClusterAPI
import Documents

extension Controllers {
  // MARK: Deployments

  func deployments(_ state: inout ClusterState) {
    for deployment in state.list(.deployments) where !deployment.isBeingDeleted {
      let owned = state.list(.replicaSets, namespace: deployment.namespace).filter { $0.isControlled(by: deployment) }
      let hash = templateHash(deployment["spec"]["template"])
      let replicas = deployment["spec"]["replicas"].intValue ?? 1
      let current = owned.first { $0["metadata"]["labels"]["pod-template-hash"].stringValue == hash }
      let recreate = deployment["spec"]["strategy"]["type"].stringValue == "Recreate"
      let old = owned.filter { $0.uid != current?.uid }
      let oldPods = old.reduce(0) { $0 + ($1["status"]["replicas"].intValue ?? 0) }
      if !(recreate && oldPods > 0) {
        let revision = (owned.compactMap { revisionNumber(of: $0) }.max() ?? 0) + (current == nil ? 1 : 0)
        state.store(.replicaSets, deployment.namespace, "\(deployment.name)-\(hash)") { set in
          set["metadata"]["ownerReferences"] = [deployment.ownerReference]
          if current == nil {
            set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = .string("\(revision)")
            set["metadata"]["labels"] = deployment["spec"]["template"]["metadata"]["labels"]
            set["metadata"]["labels"]["pod-template-hash"] = .string(hash)
            set["spec"] = ["selector": deployment["spec"]["selector"], "template": deployment["spec"]["template"]]
            set["spec"]["selector"]["matchLabels"]["pod-template-hash"] = .string(hash)
            set["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = .string(hash)
          }
          set["spec"]["replicas"] = Value(replicas)
        }
      }
      let isCurrentReady = (current?["status"]["readyReplicas"].intValue ?? 0) >= replicas
      for set in old where set["spec"]["replicas"].intValue != 0 && (recreate || isCurrentReady) {
        state.store(.replicaSets, set.namespace, set.name) { $0["spec"]["replicas"] = 0 }
      }
      deploymentStatus(deployment, &state, hash)
    }
  }

  private func deploymentStatus(_ deployment: Value, _ state: inout ClusterState, _ hash: String) {
    let owned = state.list(.replicaSets, namespace: deployment.namespace).filter { $0.isControlled(by: deployment) }
    let current = owned.first { $0["metadata"]["labels"]["pod-template-hash"].stringValue == hash }
    let replicas = deployment["spec"]["replicas"].intValue ?? 1
    let total = owned.reduce(0) { $0 + ($1["status"]["replicas"].intValue ?? 0) }
    let ready = owned.reduce(0) { $0 + ($1["status"]["readyReplicas"].intValue ?? 0) }
    let updated = current?["status"]["replicas"].intValue ?? 0
    state.store(.deployments, deployment.namespace, deployment.name) { object in
      if let current {
        object["metadata"]["annotations"]["deployment.kubernetes.io/revision"] =
          current["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
      }
      object["status"]["observedGeneration"] = object["metadata"]["generation"]
      object["status"].setCounts([
        "replicas": total, "updatedReplicas": updated, "readyReplicas": ready, "availableReplicas": ready,
        "unavailableReplicas": max(0, replicas - ready),
      ])
      let available = ready >= replicas - replicas / 4
      object.setCondition(
        "Available", available ? "True" : "False",
        reason: available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.")
      let complete = updated == replicas && total == replicas && ready == replicas
      object.setCondition(
        "Progressing", "True", reason: complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
        message:
          "ReplicaSet \"\(current?.name ?? "")\" \(complete ? "has successfully progressed." : "is progressing.")")
    }
  }

  private func revisionNumber(of set: Value) -> Int? {
    set["metadata"]["annotations"]["deployment.kubernetes.io/revision"].stringValue.flatMap { Int($0) }
  }

  /// A name for a template that changes with it (FNV-1a, written in the alphabet of generated names).
  private func templateHash(_ template: Value) -> String {
    var hash: UInt32 = 2_166_136_261
    for byte in JSON.serialize(template, sortedKeys: true) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    var text = ""
    for _ in 0..<9 {
      text.append(alphabet[Int(hash % 27)])
      hash = hash / 27 &+ hash &* 31
    }
    return text
  }

  // MARK: Sets

  func replicaSets(_ state: inout ClusterState) {
    for set in state.list(.replicaSets) where !set.isBeingDeleted {
      let pods = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      let wanted = set["spec"]["replicas"].intValue ?? 1
      if pods.count < wanted {
        for _ in pods.count..<wanted { makePod("\(set.name)-\(randomSuffix())", set, &state) }
      }
      for pod in pods.dropFirst(wanted) { removePod(pod, &state) }
      let now = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      let ready = now.count(where: isReady)
      state.store(.replicaSets, set.namespace, set.name) { object in
        object["status"]["observedGeneration"] = object["metadata"]["generation"]
        object["status"]["replicas"] = Value(now.count)
        object["status"].setCounts([
          "fullyLabeledReplicas": now.count, "readyReplicas": ready, "availableReplicas": ready,
        ])
      }
    }
  }

  func statefulSets(_ state: inout ClusterState) {
    for set in state.list(.statefulSets) where !set.isBeingDeleted {
      let wanted = set["spec"]["replicas"].intValue ?? 1
      let revision = "\(set.name)-\(templateHash(set["spec"]["template"]))"
      let pods = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      for pod in pods where pod["metadata"]["labels"]["controller-revision-hash"].stringValue != revision {
        removePod(pod, &state)
      }
      for ordinal in 0..<wanted {
        let name = "\(set.name)-\(ordinal)"
        if let pod = state.object(.pods, set.namespace, name) {
          if !isReady(pod), set["spec"]["podManagementPolicy"].stringValue != "Parallel" { break }
          continue
        }
        for template in set["spec"]["volumeClaimTemplates"].elements {
          state.store(.persistentVolumeClaims, set.namespace, "\(template.name)-\(name)") { claim in
            if claim["spec"].isNull { claim["spec"] = template["spec"] }
          }
        }
        makePod(name, set, &state) { pod in
          pod["metadata"]["labels"]["controller-revision-hash"] = .string(revision)
          pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = .string(name)
          for template in set["spec"]["volumeClaimTemplates"].elements {
            pod["spec"]["volumes"].append([
              "name": .string(template.name),
              "persistentVolumeClaim": ["claimName": .string("\(template.name)-\(name)")],
            ])
          }
        }
      }
      let now = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      for pod in now where (pod.name.split(separator: "-").last.flatMap { Int($0) } ?? 0) >= wanted {
        removePod(pod, &state)
      }
      let ready = now.count(where: isReady)
      state.store(.statefulSets, set.namespace, set.name) { object in
        object["status"]["observedGeneration"] = object["metadata"]["generation"]
        for (name, count) in [
          ("replicas", now.count), ("readyReplicas", ready), ("availableReplicas", ready),
          ("currentReplicas", now.count),
          ("updatedReplicas", now.count),
        ] {
          object["status"][name] = Value(count)
        }
        object["status"]["currentRevision"] = .string(revision)
        object["status"]["updateRevision"] = .string(revision)
      }
    }
  }

  func daemonSets(_ state: inout ClusterState) {
    let nodes = state.list(.nodes)
    for set in state.list(.daemonSets) where !set.isBeingDeleted {
      let revision = templateHash(set["spec"]["template"])
      var pods = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      for pod in pods where pod["metadata"]["labels"]["controller-revision-hash"].stringValue != revision {
        removePod(pod, &state)
      }
      for node in nodes where !pods.contains(where: { $0["spec"]["nodeName"].stringValue == node.name }) {
        makePod("\(set.name)-\(randomSuffix())", set, &state) { pod in
          pod["spec"]["nodeName"] = .string(node.name)
          pod["metadata"]["labels"]["controller-revision-hash"] = .string(revision)
        }
      }
      pods = state.list(.pods, namespace: set.namespace).filter { $0.isControlled(by: set) }
      let ready = pods.count(where: isReady)
      state.store(.daemonSets, set.namespace, set.name) { object in
        object["status"]["observedGeneration"] = object["metadata"]["generation"]
        for (name, count) in [
          ("currentNumberScheduled", pods.count), ("desiredNumberScheduled", nodes.count), ("numberMisscheduled", 0),
          ("numberReady", ready), ("updatedNumberScheduled", pods.count),
        ] {
          object["status"][name] = Value(count)
        }
        object["status"].setCounts(["numberAvailable": ready, "numberUnavailable": nodes.count - ready])
      }
    }
  }

  func jobs(_ state: inout ClusterState) {
    for job in state.list(.jobs) where !job.isBeingDeleted && job["spec"]["suspend"].boolValue != true {
      let pods = state.list(.pods, namespace: job.namespace).filter { $0.isControlled(by: job) }
      let wanted = job["spec"]["completions"].intValue ?? 1
      if pods.count < wanted {
        for _ in pods.count..<wanted { makePod("\(job.name)-\(randomSuffix())", job, &state) }
      }
      let succeeded = pods.count { $0["status"]["phase"].stringValue == "Succeeded" }
      state.store(.jobs, job.namespace, job.name) { object in
        if object["status"]["startTime"].isNull { object["status"]["startTime"] = .string(timestamp()) }
        object["status"]["ready"] = 0
        object["status"].setCounts(["active": wanted - succeeded, "succeeded": succeeded])
        if succeeded >= wanted {
          if object["status"]["completionTime"].isNull { object["status"]["completionTime"] = .string(timestamp()) }
          object.setCondition(
            "SuccessCriteriaMet", "True", reason: "CompletionsReached",
            message: "Reached expected number of succeeded pods")
          object.setCondition(
            "Complete", "True", reason: "CompletionsReached", message: "Reached expected number of succeeded pods")
        }
      }
    }
  }

  // MARK: Pods of sets

  private func makePod(
    _ name: String, _ owner: Value, _ state: inout ClusterState, _ change: (inout Value) -> Void = { _ in }
  ) {
    state.store(.pods, owner.namespace, name) { pod in
      pod["metadata"]["labels"] = owner["spec"]["template"]["metadata"]["labels"]
      if !owner["spec"]["template"]["metadata"]["annotations"].isNull {
        pod["metadata"]["annotations"] = owner["spec"]["template"]["metadata"]["annotations"]
      }
      pod["metadata"]["ownerReferences"] = [owner.ownerReference]
      pod["spec"] = owner["spec"]["template"]["spec"]
      change(&pod)
    }
  }

  func removePod(_ pod: Value, _ state: inout ClusterState) {
    guard let target = state.target(.pods, pod.namespace, pod.name) else { return }
    _ = try? state.delete(target, DeleteOptions())
  }

  func isReady(_ pod: Value) -> Bool {
    pod["status"]["conditions"].elements.contains {
      $0["type"].stringValue == "Ready" && $0["status"].stringValue == "True"
    }
  }
}

extension Value {
  /// Sets counters, leaving out those that are zero, as the real objects do.
  mutating func setCounts(_ counts: [String: Int]) {
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      if count == 0 { removeValue(forKey: name) } else { self[name] = Value(count) }
    }
  }
}
