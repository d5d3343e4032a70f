import Documents

/// What the server fills in for built-in kinds.
///
/// Source: the defaults documented in the Kubernetes v1.36 API reference.
enum Defaults {
  static func apply(_ object: Value, _ current: Value?, _ target: Target, _ state: ClusterState) throws(APIStatus)
    -> Value
  {
    var object = object
    switch target.definition.qualifiedName {
    case "namespaces":
      object["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(target.name)
      if current == nil { object["spec"] = ["finalizers": ["kubernetes"]] }
    case "secrets": try secret(&object)
    case "services": try service(&object, current, target, state)
    case "serviceaccounts", "configmaps": break
    case "pods": podSpec(&object["spec"])
    case "deployments.apps":
      deployment(&object["spec"])
      podSpec(&object["spec"]["template"]["spec"])
    case "statefulsets.apps":
      set("replicas", 1, in: &object["spec"])
      set("podManagementPolicy", "OrderedReady", in: &object["spec"])
      set("revisionHistoryLimit", 10, in: &object["spec"])
      set("updateStrategy", ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]], in: &object["spec"])
      podSpec(&object["spec"]["template"]["spec"])
    case "daemonsets.apps":
      set("revisionHistoryLimit", 10, in: &object["spec"])
      set(
        "updateStrategy", ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": 0]],
        in: &object["spec"])
      podSpec(&object["spec"]["template"]["spec"])
    case "replicasets.apps":
      set("replicas", 1, in: &object["spec"])
      podSpec(&object["spec"]["template"]["spec"])
    case "jobs.batch":
      for (name, value) in [
        ("completions", 1), ("parallelism", 1), ("backoffLimit", 6), ("completionMode", "NonIndexed"),
        ("suspend", false),
      ] as [(String, Value)] {
        set(name, value, in: &object["spec"])
      }
      job(&object)
      podSpec(&object["spec"]["template"]["spec"])
    case "customresourcedefinitions.apiextensions.k8s.io":
      set("conversion", ["strategy": "None"], in: &object["spec"])
      let kind = object["spec"]["names"]["kind"].stringValue ?? ""
      set("listKind", .string(kind + "List"), in: &object["spec"]["names"])
      set("singular", .string(kind.lowercased()), in: &object["spec"]["names"])
    case "storageclasses.storage.k8s.io":
      set("reclaimPolicy", "Delete", in: &object)
      set("volumeBindingMode", "Immediate", in: &object)
    case "persistentvolumeclaims":
      set("volumeMode", "Filesystem", in: &object["spec"])
      if object["spec"]["storageClassName"].isNull {
        let standard = state.list(ResourceID("storage.k8s.io", "storageclasses")).first {
          $0["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"].stringValue == "true"
        }
        if let standard { object["spec"]["storageClassName"] = standard["metadata"]["name"] }
      }
    default: break
    }
    return object
  }

  private static func set(_ name: String, _ value: Value, in object: inout Value) {
    if object[name].isNull { object[name] = value }
  }

  private static func secret(_ object: inout Value) throws(APIStatus) {
    for (key, value) in object["stringData"].members {
      object["data"][key] = .string(Base64.encode(value.stringValue ?? ""))
    }
    object.removeValue(forKey: "stringData")
    for (_, value) in object["data"].members {
      guard let text = value.stringValue, Base64.decode(text) != nil else {
        throw .badRequest(
          "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0")
      }
    }
    set("type", "Opaque", in: &object)
  }

  private static func deployment(_ spec: inout Value) {
    set("replicas", 1, in: &spec)
    set("revisionHistoryLimit", 10, in: &spec)
    set("progressDeadlineSeconds", 600, in: &spec)
    if spec["strategy"]["type"].isNull { spec["strategy"]["type"] = "RollingUpdate" }
    if spec["strategy"]["type"].stringValue == "RollingUpdate" {
      set("maxUnavailable", "25%", in: &spec["strategy"]["rollingUpdate"])
      set("maxSurge", "25%", in: &spec["strategy"]["rollingUpdate"])
    }
  }

  private static func job(_ object: inout Value) {
    guard object["spec"]["selector"].isNull else { return }
    let uid = Value.string(makeUID())
    let name = object["metadata"]["name"]
    object["spec"]["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]]
    for (key, value) in [
      ("batch.kubernetes.io/controller-uid", uid), ("controller-uid", uid), ("batch.kubernetes.io/job-name", name),
      ("job-name", name),
    ] {
      object["spec"]["template"]["metadata"]["labels"][key] = value
    }
  }

  private static func podSpec(_ spec: inout Value) {
    set("restartPolicy", "Always", in: &spec)
    set("dnsPolicy", "ClusterFirst", in: &spec)
    set("schedulerName", "default-scheduler", in: &spec)
    set("terminationGracePeriodSeconds", 30, in: &spec)
    set("securityContext", [:], in: &spec)
    if let account = spec["serviceAccountName"].stringValue { spec["serviceAccount"] = .string(account) }
    for list in ["containers", "initContainers"] where !spec[list].isNull {
      spec[list] = .array(spec[list].elements.map(container))
    }
    for index in spec["volumes"].elements.indices {
      for source in ["configMap", "secret"] where !spec["volumes"][index][source].isNull {
        set("defaultMode", 420, in: &spec["volumes"][index][source])
      }
      if spec["volumes"][index]["projected"].objectValue != nil {
        set("defaultMode", 420, in: &spec["volumes"][index]["projected"])
      }
      if spec["volumes"][index]["hostPath"].objectValue != nil {
        set("type", "", in: &spec["volumes"][index]["hostPath"])
      }
    }
  }

  private static func container(_ container: Value) -> Value {
    var container = container
    let image = container["image"].stringValue ?? ""
    let isLatest = image.hasSuffix(":latest") || !(image.split(separator: "/").last ?? "").contains(":")
    set("imagePullPolicy", isLatest ? "Always" : "IfNotPresent", in: &container)
    set("terminationMessagePath", "/dev/termination-log", in: &container)
    set("terminationMessagePolicy", "File", in: &container)
    set("resources", [:], in: &container)
    for index in container["ports"].elements.indices { set("protocol", "TCP", in: &container["ports"][index]) }
    for index in container["env"].elements.indices
    where container["env"][index]["valueFrom"]["fieldRef"].objectValue != nil {
      set("apiVersion", "v1", in: &container["env"][index]["valueFrom"]["fieldRef"])
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where container[probe].objectValue != nil {
      for (name, value) in [
        ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3),
      ]
        as [(String, Value)]
      {
        set(name, value, in: &container[probe])
      }
      if container[probe]["httpGet"].objectValue != nil {
        set("scheme", "HTTP", in: &container[probe]["httpGet"])
        set("path", "/", in: &container[probe]["httpGet"])
      }
    }
    return container
  }

  // MARK: Services

  private static func service(_ object: inout Value, _ current: Value?, _ target: Target, _ state: ClusterState)
    throws(APIStatus)
  {
    set("type", "ClusterIP", in: &object["spec"])
    let type = object["spec"]["type"].stringValue ?? ""
    set("sessionAffinity", "None", in: &object["spec"])
    guard type != "ExternalName" else { return }
    set("internalTrafficPolicy", "Cluster", in: &object["spec"])
    set("ipFamilyPolicy", "SingleStack", in: &object["spec"])
    set("ipFamilies", ["IPv4"], in: &object["spec"])
    if type != "ClusterIP" { set("externalTrafficPolicy", "Cluster", in: &object["spec"]) }
    if type == "LoadBalancer" { set("allocateLoadBalancerNodePorts", true, in: &object["spec"]) }
    for index in object["spec"]["ports"].elements.indices {
      set("protocol", "TCP", in: &object["spec"]["ports"][index])
      set("targetPort", object["spec"]["ports"][index]["port"], in: &object["spec"]["ports"][index])
    }
    let services = ResourceID("", "services")
    if (object["spec"]["clusterIP"].stringValue ?? "").isEmpty {
      let kept = current?["spec"]["clusterIP"].stringValue ?? ""
      object["spec"]["clusterIP"] = .string(
        kept.isEmpty ? freeAddress(state.list(services), state.servicePrefix) : kept)
    }
    object["spec"]["clusterIPs"] = [object["spec"]["clusterIP"]]
    guard type != "ClusterIP" else {
      for index in object["spec"]["ports"].elements.indices {
        object["spec"]["ports"][index].removeValue(forKey: "nodePort")
      }
      return
    }
    var taken = Set<Int>()
    for other in state.list(services) where other["metadata"]["uid"] != current?["metadata"]["uid"] ?? "none" {
      taken.formUnion(other["spec"]["ports"].elements.compactMap { $0["nodePort"].intValue })
    }
    for index in object["spec"]["ports"].elements.indices {
      if let wanted = object["spec"]["ports"][index]["nodePort"].intValue, wanted != 0 {
        guard (30_000...32_767).contains(wanted), !taken.contains(wanted) else {
          let why =
            taken.contains(wanted)
            ? "provided port is already allocated"
            : "provided port is not in the valid range. The range of valid ports is 30000-32767"
          throw .invalid(
            target.definition, target.name,
            [.init("FieldValueInvalid", "Invalid value: \(wanted): \(why)", field: "spec.ports[\(index)].nodePort")])
        }
        taken.insert(wanted)
        continue
      }
      let port = object["spec"]["ports"][index]["port"]
      let kept = current?["spec"]["ports"].elements.first { $0["port"] == port }?["nodePort"].intValue
      let chosen = kept ?? (30_000...32_767).shuffled().first { !taken.contains($0) } ?? 30_000
      taken.insert(chosen)
      object["spec"]["ports"][index]["nodePort"] = Value(chosen)
    }
  }

  private static func freeAddress(_ services: [Value], _ prefix: String) -> String {
    let taken = Set(services.compactMap { $0["spec"]["clusterIP"].stringValue })
    while true {
      let address = "\(prefix).\(Int.random(in: 1...255)).\(Int.random(in: 1...254))"
      if !taken.contains(address) { return address }
    }
  }
}

extension ClusterState {
  /// The status an object of a built-in kind is born with.
  func initialStatus(_ object: Value, _ target: Target) -> Value {
    var object = object
    switch target.definition.qualifiedName {
    case "namespaces": object["status"] = ["phase": "Active"]
    case "pods": object["status"] = ["phase": "Pending", "qosClass": "BestEffort"]
    case "services": object["status"] = ["loadBalancer": [:]]
    case "persistentvolumeclaims", "persistentvolumes": object["status"] = ["phase": "Pending"]
    case "deployments.apps", "jobs.batch": object["status"] = [:]
    case "statefulsets.apps": object["status"] = ["replicas": 0, "availableReplicas": 0]
    case "replicasets.apps": object["status"] = ["replicas": 0]
    case "daemonsets.apps":
      object["status"] = [
        "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
      ]
    case "ingresses.networking.k8s.io": object["status"] = ["loadBalancer": [:]]
    default: break
    }
    return object
  }
}
