import Documents
import Testing

extension Contract {
  @Suite("built-in kinds")
  struct BuiltIn {
    @Test("a Service gets its address and ports; a taken node port is refused")
    func services() async throws {
      try await withNamespace { api in
        func service(_ name: String, _ spec: Value) -> Value {
          ["apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)], "spec": spec]
        }
        let plain = try await api.create(
          api.path("services"), service("plain", ["ports": [["port": 80]], "selector": ["a": "b"]]))
        #expect(plain.code == 201)
        #expect(plain.value["spec"]["type"] == "ClusterIP")
        #expect(plain.value["spec"]["clusterIP"].stringValue?.split(separator: ".").count == 4)
        #expect(plain.value["spec"]["ports"][0] == ["port": 80, "protocol": "TCP", "targetPort": 80])
        let node = try await api.create(
          api.path("services"), service("node", ["type": "NodePort", "ports": [["port": 80]]]))
        let port = try #require(node.value["spec"]["ports"][0]["nodePort"].intValue)
        #expect((30_000...32_767).contains(port))
        let taken = try await api.create(
          api.path("services"),
          service("taken", ["type": "NodePort", "ports": [["port": 80, "nodePort": Value(port)]]]))
        #expect(taken.code == 422)
        #expect(taken.message.contains("provided port is already allocated"), "\(taken.message)")
        let wide = try await api.create(
          api.path("services"), service("wide", ["type": "NodePort", "ports": [["port": 80, "nodePort": 80]]]))
        #expect(wide.code == 422)
        let headless = try await api.create(
          api.path("services"), service("headless", ["clusterIP": "None", "ports": [["port": 80]]]))
        #expect(headless.value["spec"]["clusterIP"] == "None")
      }
    }

    @Test("a Secret takes texts, keeps its type and refuses what is not base64")
    func secrets() async throws {
      try await withNamespace { api in
        let made = try await api.create(
          api.path("secrets"),
          ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["a": "hello"]])
        #expect(made.value["data"]["a"] == "aGVsbG8=")
        #expect(made.value["stringData"].isNull)
        #expect(made.value["type"] == "Opaque")
        let type = try await api.patch(api.path("secrets", "s"), ["type": "other/type"], "merge-patch")
        #expect(type.code == 422)
        let bad = try await api.create(
          api.path("secrets"), ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "t"], "data": ["a": "%%%"]])
        #expect(bad.code == 400)
        let tls = try await api.create(
          api.path("secrets"),
          ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "u"], "type": "kubernetes.io/tls"])
        #expect(tls.code == 422)
      }
    }

    private func deployment(_ image: String, replicas: Int = 1, labels: Value = ["app": "web"]) -> Value {
      [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
        "spec": [
          "replicas": Value(replicas), "selector": ["matchLabels": ["app": "web"]],
          "template": [
            "metadata": ["labels": labels], "spec": ["containers": [["name": "web", "image": .string(image)]]],
          ],
        ],
      ]
    }

    @Test("a Deployment is completed, checked, scaled, and its selector stays")
    func deployments() async throws {
      try await withNamespace { api in
        let path = api.path("apps/v1/deployments")
        let wrong = try await api.create(path, deployment("registry.invalid/web:1", labels: ["app": "other"]))
        #expect(wrong.code == 422)
        #expect(wrong.message.contains("`selector` does not match template `labels`"), "\(wrong.message)")
        let made = try await api.create(path, deployment("registry.invalid/web:1", replicas: 0))
        #expect(made.code == 201)
        let spec = made.value["spec"]
        #expect(
          spec["strategy"] == ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%", "maxSurge": "25%"]])
        #expect(spec["progressDeadlineSeconds"] == 600)
        let container = spec["template"]["spec"]["containers"][0]
        #expect(container["imagePullPolicy"] == "IfNotPresent")
        #expect(container["terminationMessagePath"] == "/dev/termination-log")
        #expect(spec["template"]["spec"]["restartPolicy"] == "Always")
        let moved = try await api.patch(
          path + "/web", ["spec": ["selector": ["matchLabels": ["app": "x"]]]], "merge-patch")
        #expect(moved.code == 422)
        #expect(moved.message.contains("field is immutable"), "\(moved.message)")
        let scale = try await api.get(path + "/web/scale")
        #expect(scale.value["kind"] == "Scale")
        #expect(scale.value["spec"]["replicas"] == 0 || scale.value["spec"]["replicas"].isNull)
        let done = try await api.until(path, "web") { $0?["status"]["observedGeneration"] == 1 }
        #expect(
          done?["status"]["conditions"].elements.contains { $0["type"] == "Available" && $0["status"] == "True" }
            == true)
      }
    }

    @Test("pods that cannot pull their image say so; deleting the Deployment takes them along")
    func pods() async throws {
      try await withNamespace { api in
        let path = api.path("apps/v1/deployments")
        _ = try await api.create(path, deployment("registry.invalid/web:1"))
        let start = try await api.get(api.path("pods")).version
        let before = try await api.get(api.path("pods")).value["items"].elements
        var pod = before.first
        func isWaiting(_ pod: Value?) -> Bool {
          let reason = pod?["status"]["containerStatuses"][0]["state"]["waiting"]["reason"].stringValue ?? ""
          return ["ErrImagePull", "ImagePullBackOff"].contains(reason)
        }
        if !isWaiting(pod) {
          let events = try await api.watch(api.path("pods"), query: [("resourceVersion", start)]) {
            isWaiting($0.last?["object"])
          }
          pod = events.last?["object"]
        }
        #expect(isWaiting(pod))
        let owner = try #require(pod?["metadata"]["ownerReferences"][0])
        #expect(owner["kind"] == "ReplicaSet")
        #expect(owner["controller"] == true)
        let name = try #require(pod?["metadata"]["name"].stringValue)
        _ = try await api.send(.delete, path + "/web")
        _ = try await api.until(api.path("pods"), name) {
          $0 == nil || !($0?["metadata"]["deletionTimestamp"].isNull ?? true)
        }
      }
    }

    @Test("cluster state that idpbuilder relies on is there: nodes, CoreDNS, the kubernetes Service")
    func cluster() async throws {
      let api = try #require(ContractCluster.api)
      let nodes = try await api.get("/api/v1/nodes").value["items"].elements
      let node = try #require(nodes.first)
      #expect(!node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"].isNull)
      #expect(node["spec"]["podCIDR"].stringValue?.hasSuffix("/24") == true)
      #expect(node["status"]["conditions"].elements.last?["type"] == "Ready")
      var system = api
      system.namespace = "kube-system"
      let corefile =
        try await system.get(system.path("configmaps", "coredns")).value["data"]["Corefile"].stringValue ?? ""
      #expect(corefile.hasPrefix(".:53 {\n    errors\n    health {"))
      #expect(corefile.contains("kubernetes cluster.local in-addr.arpa ip6.arpa {"))
      let dns = try await system.get(system.path("apps/v1/deployments", "coredns")).value
      #expect(
        dns["spec"]["template"]["spec"]["volumes"][0]["configMap"]["items"] == [
          ["key": "Corefile", "path": "Corefile"]
        ])
      #expect(try await system.get(system.path("services", "kube-dns")).value["spec"]["clusterIP"] == "10.96.0.10")
      #expect(
        try await api.get("/api/v1/namespaces/default/services/kubernetes").value["spec"]["clusterIP"] == "10.96.0.1")
      let classes = try await api.get("/apis/storage.k8s.io/v1/storageclasses/standard")
      #expect(classes.value["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true")
    }

    @Test("kubectl's table form is served")
    func table() async throws {
      let api = try #require(ContractCluster.api)
      let table = try await api.get(
        "/api/v1/nodes", accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
      #expect(table.value["kind"] == "Table")
      let names = table.value["columnDefinitions"].elements.compactMap { $0["name"].stringValue }
      #expect(names.prefix(3) == ["Name", "Status", "Roles"])
      #expect(table.value["rows"][0]["cells"].elements.count == names.count)
    }
  }
}
