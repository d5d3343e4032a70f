import ClusterAPI
import Documents

extension Controllers {
  /// Custom resources are served once their definition is established.
  func establishCustomResources(_ state: inout ClusterState) {
    for crd in state.list(.customResourceDefinitions) where !crd.isBeingDeleted {
      state.store(.customResourceDefinitions, "", crd.name) { crd in
        crd["status"]["acceptedNames"] = crd["spec"]["names"]
        if crd["status"]["acceptedNames"]["singular"].isNull {
          crd["status"]["acceptedNames"]["singular"] = .string(
            (crd["spec"]["names"]["kind"].stringValue ?? "").lowercased())
        }
        var stored = crd["status"]["storedVersions"].elements
        for version in crd["spec"]["versions"].elements where version["storage"].boolValue == true {
          if !stored.contains(version["name"]) { stored.append(version["name"]) }
        }
        crd["status"]["storedVersions"] = .array(stored)
        crd.setCondition("NamesAccepted", "True", reason: "NoConflicts", message: "no conflicts found")
        crd.setCondition(
          "Established", "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted")
      }
    }
  }

  /// Every namespace gets its ServiceAccount and the authority; a terminating one is emptied and removed.
  func namespaces(_ state: inout ClusterState) {
    for namespace in state.list(.namespaces) {
      if namespace.isBeingDeleted {
        finish(namespace, &state)
        continue
      }
      state.store(.serviceAccounts, namespace.name, "default") { _ in }
      if let root = state.object(.configMaps, "kube-system", "kube-root-ca.crt") ?? authority(state) {
        state.store(.configMaps, namespace.name, "kube-root-ca.crt") { $0["data"] = root["data"] }
      }
    }
  }

  private func authority(_ state: ClusterState) -> Value? {
    Files.text(NodeLayout.pki + "/ca.crt").map { ["data": ["ca.crt": .string($0)]] }
  }

  private func finish(_ namespace: Value, _ state: inout ClusterState) {
    for (id, definition) in state.definitions where definition.isNamespaced && id != .namespaces {
      for object in state.list(id, namespace: namespace.name) where !object.isBeingDeleted {
        guard let target = state.target(id, namespace.name, object.name) else { continue }
        _ = try? state.delete(target, DeleteOptions())
      }
    }
    let isEmpty = state.definitions.allSatisfy { id, definition in
      !definition.isNamespaced || state.list(id, namespace: namespace.name).isEmpty
    }
    guard isEmpty, namespace["metadata"]["finalizers"].elements.isEmpty,
      let target = state.target(.namespaces, "", namespace.name)
    else { return }
    state.remove(target.definition, ObjectKey("", namespace.name))
  }

  /// Claims are bound to a volume made for them.
  func volumes(_ state: inout ClusterState) {
    for claim in state.list(.persistentVolumeClaims)
    where claim["status"]["phase"].stringValue != "Bound" && !claim.isBeingDeleted {
      let volume = "pvc-" + (claim.uid.stringValue ?? "")
      state.store(.persistentVolumes, "", volume) { object in
        object["spec"] = [
          "capacity": claim["spec"]["resources"]["requests"], "accessModes": claim["spec"]["accessModes"],
          "persistentVolumeReclaimPolicy": "Delete", "storageClassName": claim["spec"]["storageClassName"],
          "volumeMode": "Filesystem",
          "hostPath": ["path": .string("/var/local-path-provisioner/" + volume), "type": "DirectoryOrCreate"],
          "claimRef": [
            "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": claim["metadata"]["namespace"],
            "name": claim["metadata"]["name"], "uid": claim.uid,
          ],
        ]
        object["status"] = ["phase": "Bound"]
      }
      state.store(.persistentVolumeClaims, claim.namespace, claim.name) { object in
        object["spec"]["volumeName"] = .string(volume)
        object["status"]["phase"] = "Bound"
        object["status"]["accessModes"] = claim["spec"]["accessModes"]
        object["status"]["capacity"] = claim["spec"]["resources"]["requests"]
      }
    }
    for volume in state.list(.persistentVolumes) {
      let claim = volume["spec"]["claimRef"]
      guard let owner = claim["name"].stringValue, volume.name.hasPrefix("pvc-"),
        state.object(.persistentVolumeClaims, claim["namespace"].stringValue ?? "", owner) == nil,
        let target = state.target(.persistentVolumes, "", volume.name)
      else { continue }
      state.remove(target.definition, ObjectKey("", volume.name))
    }
  }

  /// A node is Ready once its pod network is configured.
  func nodes(_ state: inout ClusterState) {
    let configured =
      !faults.neverReady && Files.names(in: NodeLayout.networkConfigurations).contains { $0.contains(".conf") }
    for node in state.list(.nodes) {
      state.store(.nodes, "", node.name) { node in
        for (type, reason) in [
          ("MemoryPressure", "KubeletHasSufficientMemory"), ("DiskPressure", "KubeletHasNoDiskPressure"),
          ("PIDPressure", "KubeletHasSufficientPID"),
        ] {
          node.setCondition(type, "False", reason: reason)
        }
        let notReady = "node.kubernetes.io/not-ready"
        let taints = node["spec"]["taints"].elements.filter { $0["key"].stringValue != notReady }
        if configured {
          node.setCondition("Ready", "True", reason: "KubeletReady", message: "kubelet is posting ready status")
          if taints.isEmpty {
            node["spec"].removeValue(forKey: "taints")
          } else {
            node["spec"]["taints"] = .array(taints)
          }
        } else {
          node.setCondition(
            "Ready", "False", reason: "KubeletNotReady",
            message: "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
              + "message:Network plugin returns error: cni plugin not initialized")
          node["spec"]["taints"] = .array(taints + [["key": .string(notReady), "effect": "NoSchedule"]])
        }
        // The kubelet reports anew when it starts.
        for index in node["status"]["conditions"].elements.indices {
          node["status"]["conditions"][index]["lastHeartbeatTime"] = .string(startTime)
        }
      }
    }
  }
}
