import ClusterAPI
import Documents

extension Controllers {
  /// Schedules pods and starts them, one step per change: Pending, ContainerCreating, Running.
  func pods(_ state: inout ClusterState) {
    let nodes = state.list(.nodes)
    for pod in state.list(.pods) {
      if pod.isBeingDeleted { continue }
      switch pod["status"]["phase"].stringValue {
      case "Running", "Succeeded", "Failed": continue
      default: break
      }
      guard let node = nodes.first(where: { accepts($0, pod) }) else {
        state.store(.pods, pod.namespace, pod.name) { pod in
          pod["status"]["phase"] = "Pending"
          pod.setCondition(
            "PodScheduled", "False", reason: "Unschedulable",
            message: "0/\(nodes.count) nodes are available: \(nodes.count) node(s) had untolerated taint(s).")
        }
        continue
      }
      if let missing = missing(pod, state) {
        wait(pod, node, "ContainerCreating", missing, &state)
      } else if let image = missingImage(pod) {
        wait(pod, node, "ImagePullBackOff", "Back-off pulling image \"\(image)\"", &state)
        event(pod, "Failed", "Failed to pull image \"\(image)\": failed to resolve reference: not found", &state)
      } else if pod["status"]["containerStatuses"].elements.isEmpty {
        wait(pod, node, "ContainerCreating", "", &state)
      } else {
        start(pod, node, &state)
      }
    }
  }

  private func accepts(_ node: Value, _ pod: Value) -> Bool {
    if let bound = pod["spec"]["nodeName"].stringValue, !bound.isEmpty, bound != node.name { return false }
    let isDaemon = pod["metadata"]["ownerReferences"].elements.contains {
      $0["kind"].stringValue == "DaemonSet" || $0["kind"].stringValue == "Node"
    }
    for (key, value) in pod["spec"]["nodeSelector"].members where node["metadata"]["labels"][key] != value {
      return false
    }
    return node["spec"]["taints"].elements.allSatisfy { taint in
      if taint["effect"].stringValue == "PreferNoSchedule" { return true }
      if isDaemon, (taint["key"].stringValue ?? "").hasPrefix("node.kubernetes.io/") { return true }
      return pod["spec"]["tolerations"].elements.contains { toleration in
        let effect = toleration["effect"].stringValue ?? ""
        guard effect.isEmpty || effect == taint["effect"].stringValue else { return false }
        let key = toleration["key"].stringValue ?? ""
        if key.isEmpty { return toleration["operator"].stringValue == "Exists" }
        guard key == taint["key"].stringValue else { return false }
        return toleration["operator"].stringValue == "Exists"
          || (toleration["value"].stringValue ?? "") == (taint["value"].stringValue ?? "")
      }
    }
  }

  /// A ConfigMap, Secret or claim that the pod mounts and that is not there.
  private func missing(_ pod: Value, _ state: ClusterState) -> String? {
    for volume in pod["spec"]["volumes"].elements {
      let sources: [(ResourceID, Value, String)] = [
        (.configMaps, volume["configMap"]["name"], "configmap"), (.secrets, volume["secret"]["secretName"], "secret"),
      ]
      for (id, name, word) in sources {
        guard let name = name.stringValue, volume["configMap"]["optional"].boolValue != true,
          volume["secret"]["optional"].boolValue != true, state.object(id, pod.namespace, name) == nil
        else { continue }
        return
          "MountVolume.SetUp failed for volume \"\(volume["name"].stringValue ?? "")\" : \(word) \"\(name)\" not found"
      }
      if let claim = volume["persistentVolumeClaim"]["claimName"].stringValue,
        state.object(.persistentVolumeClaims, pod.namespace, claim)?["status"]["phase"].stringValue != "Bound"
      {
        return "persistentvolumeclaim \"\(claim)\" not found"
      }
    }
    return nil
  }

  private func missingImage(_ pod: Value) -> String? {
    let isOffline = faults.isOffline && !["kube-system", "local-path-storage"].contains(pod.namespace)
    return pod["spec"]["containers"].elements.compactMap { $0["image"].stringValue }.first { image in
      image.hasPrefix("registry.invalid/") || faults.missingImages.contains { image.hasPrefix($0) }
        || isOffline && !ContainerRuntime.has(image)
    }
  }

  private func wait(_ pod: Value, _ node: Value, _ reason: String, _ message: String, _ state: inout ClusterState) {
    state.store(.pods, pod.namespace, pod.name) { pod in
      pod["spec"]["nodeName"] = .string(node.name)
      pod["status"]["phase"] = "Pending"
      if pod["status"]["startTime"].isNull { pod["status"]["startTime"] = .string(timestamp()) }
      pod["status"]["hostIP"] = hostAddress(node)
      pod.setCondition("PodScheduled", "True", reason: "")
      pod.setCondition("Initialized", "True", reason: "")
      pod.setCondition("ContainersReady", "False", reason: "ContainersNotReady")
      pod.setCondition("Ready", "False", reason: "ContainersNotReady")
      pod["status"]["containerStatuses"] = .array(
        pod["spec"]["containers"].elements.map { container in
          var waiting: Value = ["reason": .string(reason)]
          if !message.isEmpty { waiting["message"] = .string(message) }
          return [
            "name": container["name"], "image": container["image"], "imageID": "", "ready": false, "restartCount": 0,
            "started": false, "state": ["waiting": waiting],
          ]
        })
    }
  }

  private func start(_ pod: Value, _ node: Value, _ state: inout ClusterState) {
    let isJob = pod["metadata"]["ownerReferences"].elements.contains { $0["kind"].stringValue == "Job" }
    let address: Value
    if pod["spec"]["hostNetwork"].boolValue == true {
      address = hostAddress(node)
    } else {
      let used = Set(state.list(.pods).compactMap { $0["status"]["podIP"].stringValue })
      let prefix = (node["spec"]["podCIDR"].stringValue ?? "10.244.0.0/24").split(separator: ".").prefix(3).joined(
        separator: ".")
      address = .string((2...254).map { "\(prefix).\($0)" }.first { !used.contains($0) } ?? "\(prefix).254")
    }
    state.store(.pods, pod.namespace, pod.name) { pod in
      let now = Value.string(timestamp())
      pod["status"]["phase"] = isJob ? "Succeeded" : "Running"
      pod["status"]["podIP"] = address
      pod["status"]["podIPs"] = [["ip": address]]
      for type in ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"] {
        let isDone = isJob && ["Ready", "ContainersReady"].contains(type)
        pod.setCondition(type, isDone ? "False" : "True", reason: isDone ? "PodCompleted" : "")
      }
      pod["status"]["containerStatuses"] = .array(
        pod["spec"]["containers"].elements.map { container in
          let running: Value = ["running": ["startedAt": now]]
          let ended: Value = [
            "terminated": ["exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now]
          ]
          return [
            "name": container["name"], "image": container["image"],
            "imageID": .string("sha256:" + String(repeating: "0", count: 64)),
            "containerID": .string("containerd://" + (pod.uid.stringValue ?? "")), "ready": Value(!isJob),
            "restartCount": 0,
            "started": Value(!isJob), "state": isJob ? ended : running,
          ]
        })
    }
    networkPlugin(pod)
  }

  /// The network plugin's DaemonSet leaves its configuration on the node.
  private func networkPlugin(_ pod: Value) {
    let mounts = pod["spec"]["volumes"].elements.contains {
      $0["hostPath"]["path"].stringValue == NodeLayout.networkConfigurations
    }
    guard mounts, !Files.names(in: NodeLayout.networkConfigurations).contains(where: { $0.contains(".conf") }) else {
      return
    }
    Files.write(
      NodeLayout.networkConfigurations + "/10-kindnet.conflist",
      "{\"cniVersion\":\"0.3.1\",\"name\":\"kindnet\",\"plugins\":[{\"type\":\"ptp\"}]}\n", mode: 0o644)
  }

  private func hostAddress(_ node: Value) -> Value {
    node["status"]["addresses"].elements.first { $0["type"].stringValue == "InternalIP" }?["address"] ?? .null
  }

  private func event(_ pod: Value, _ reason: String, _ message: String, _ state: inout ClusterState) {
    let name = "\(pod.name).\(reason.lowercased())"
    guard state.object(ResourceID("", "events"), pod.namespace, name) == nil else { return }
    state.store(ResourceID("", "events"), pod.namespace, name) { event in
      event["involvedObject"] = [
        "kind": "Pod", "apiVersion": "v1", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"],
        "uid": pod.uid,
      ]
      event["reason"] = .string(reason)
      event["message"] = .string(message)
      event["type"] = "Warning"
      event["count"] = 1
      event["source"] = ["component": "kubelet"]
      event["firstTimestamp"] = .string(timestamp())
      event["lastTimestamp"] = .string(timestamp())
    }
  }

  /// The addresses of a Service's ready pods.
  func endpoints(_ state: inout ClusterState) {
    for service in state.list(.services) where !service["spec"]["selector"].members.isEmpty && !service.isBeingDeleted {
      let pods = state.list(.pods, namespace: service.namespace).filter { pod in
        !(pod["status"]["podIP"].stringValue ?? "").isEmpty
          && service["spec"]["selector"].members.allSatisfy { pod["metadata"]["labels"][$0.key] == $0.value }
      }
      state.store(.endpointSlices, service.namespace, service.name + "-stand-in") { slice in
        slice["metadata"]["labels"] = [
          "kubernetes.io/service-name": .string(service.name),
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        ]
        slice["metadata"]["ownerReferences"] = [service.ownerReference]
        slice["addressType"] = "IPv4"
        slice["endpoints"] = .array(
          pods.map { pod in
            [
              "addresses": [pod["status"]["podIP"]],
              "conditions": ["ready": Value(isReady(pod)), "serving": Value(isReady(pod)), "terminating": false],
              "nodeName": pod["spec"]["nodeName"],
              "targetRef": [
                "kind": "Pod", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"],
                "uid": pod.uid,
              ],
            ]
          })
        slice["ports"] = .array(
          service["spec"]["ports"].elements.map { port in
            var one: Value = [
              "port": port["targetPort"].intValue.map { Value($0) } ?? port["port"], "protocol": port["protocol"],
            ]
            one["name"] = port["name"].isNull ? "" : port["name"]
            return one
          })
      }
    }
  }
}
