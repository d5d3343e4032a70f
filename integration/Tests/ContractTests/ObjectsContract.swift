import Documents
import Testing

extension Contract {
  @Suite("objects")
  struct Objects {
    private func configMap(_ name: String, _ data: Value = ["a": "1"]) -> Value {
      ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data]
    }

    @Test("create, read, replace and delete")
    func lifecycle() async throws {
      try await withNamespace { api in
        let created = try await api.create(api.path("configmaps"), configMap("c"))
        #expect(created.code == 201)
        let metadata = created.value["metadata"]
        #expect(metadata["namespace"].stringValue == api.namespace)
        #expect((metadata["uid"].stringValue ?? "").count == 36)
        #expect(metadata["creationTimestamp"].stringValue?.hasSuffix("Z") == true)
        #expect(metadata["managedFields"][0]["manager"] == "contract")
        #expect(metadata["managedFields"][0]["operation"] == "Update")

        let read = try await api.get(api.path("configmaps", "c"))
        #expect(read.value["data"]["a"] == "1")
        #expect(read.version == created.version)

        var changed = read.value
        changed["data"]["a"] = "2"
        let replaced = try await api.send(.put, api.path("configmaps", "c"), changed)
        #expect(replaced.code == 200)
        #expect(replaced.version != created.version)
        let stale = try await api.send(.put, api.path("configmaps", "c"), changed)
        #expect(stale.code == 409)
        #expect(stale.reason == "Conflict")
        #expect(
          stale.message
            == "Operation cannot be fulfilled on configmaps \"c\": the object has been modified; please apply your changes to the latest version and try again"
        )

        let deleted = try await api.send(.delete, api.path("configmaps", "c"))
        #expect(deleted.code == 200)
        #expect(deleted.value["kind"] == "Status")
        #expect(deleted.value["status"] == "Success")
        let gone = try await api.get(api.path("configmaps", "c"))
        #expect(gone.code == 404)
        #expect(gone.reason == "NotFound")
        #expect(gone.message == "configmaps \"c\" not found")
        #expect(gone.value["details"] == ["name": "c", "kind": "configmaps"])
      }
    }

    @Test("what cannot be created is refused with the reason")
    func refusals() async throws {
      try await withNamespace { api in
        _ = try await api.create(api.path("configmaps"), configMap("c"))
        let again = try await api.create(api.path("configmaps"), configMap("c"))
        #expect(again.code == 409)
        #expect(again.reason == "AlreadyExists")
        #expect(again.message == "configmaps \"c\" already exists")
        let bad = try await api.create(api.path("configmaps"), configMap("Not_A_Name"))
        #expect(bad.code == 422)
        #expect(bad.reason == "Invalid")
        #expect(bad.value["details"]["causes"][0]["field"] == "metadata.name")
        let kind = try await api.create(
          api.path("configmaps"), ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"]])
        #expect(kind.code == 400)
        let elsewhere = try await api.create(
          api.path("configmaps"),
          ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "d", "namespace": "elsewhere"]])
        #expect(elsewhere.code == 400)
        var other = api
        other.namespace = "no-such-namespace"
        let missing = try await other.create(other.path("configmaps"), configMap("c"))
        #expect(missing.code == 404)
        #expect(missing.message == "namespaces \"no-such-namespace\" not found")
        let nameless = try await api.create(api.path("configmaps"), ["apiVersion": "v1", "kind": "ConfigMap"])
        #expect(nameless.code == 422)
      }
    }

    @Test("generateName makes names, a dry run makes nothing")
    func names() async throws {
      try await withNamespace { api in
        let body: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "made-"]]
        let one = try await api.create(api.path("configmaps"), body)
        let two = try await api.create(api.path("configmaps"), body)
        #expect(one.name.hasPrefix("made-") && one.name.count == 10)
        #expect(one.name != two.name)
        let dry = try await api.create(api.path("configmaps"), configMap("dry"), query: [("dryRun", "All")])
        #expect(dry.code == 201)
        #expect(try await api.get(api.path("configmaps", "dry")).code == 404)
      }
    }

    @Test("deletion respects preconditions and finalizers")
    func deletion() async throws {
      try await withNamespace { api in
        var body = configMap("held")
        body["metadata"]["finalizers"] = ["contract.example/hold"]
        _ = try await api.create(api.path("configmaps"), body)
        let wrong = try await api.send(
          .delete, api.path("configmaps", "held"),
          [
            "kind": "DeleteOptions", "apiVersion": "v1",
            "preconditions": ["uid": "00000000-0000-0000-0000-000000000000"],
          ])
        #expect(wrong.code == 409)
        let held = try await api.send(.delete, api.path("configmaps", "held"))
        #expect(held.code == 200)
        #expect(!held.value["metadata"]["deletionTimestamp"].isNull)
        #expect(try await api.get(api.path("configmaps", "held")).code == 200)
        _ = try await api.patch(api.path("configmaps", "held"), ["metadata": ["finalizers": .null]], "merge-patch")
        #expect(try await api.get(api.path("configmaps", "held")).code == 404)
      }
    }

    @Test("a collection is deleted by label")
    func collection() async throws {
      try await withNamespace { api in
        for (name, label) in [("a", "x"), ("b", "x"), ("c", "y")] {
          var body = configMap(name)
          body["metadata"]["labels"] = ["l": .string(label)]
          _ = try await api.create(api.path("configmaps"), body)
        }
        #expect(try await api.send(.delete, api.path("configmaps"), query: [("labelSelector", "l=x")]).code == 200)
        let left = try await api.get(api.path("configmaps"), query: [("labelSelector", "l")])
        #expect(left.value["items"].elements.map { $0["metadata"]["name"] } == ["c"])
      }
    }

    @Test("a namespace brings its ServiceAccount and the authority, and takes everything with it")
    func namespaces() async throws {
      let api = try #require(ContractCluster.api)
      var inside = api
      inside.namespace = try await api.create("/api/v1/namespaces", ["metadata": ["generateName": "contract-"]]).name
      let space = try await api.get("/api/v1/namespaces/\(inside.namespace)")
      #expect(space.value["status"]["phase"] == "Active")
      #expect(space.value["metadata"]["labels"]["kubernetes.io/metadata.name"].stringValue == inside.namespace)
      let authority = try await inside.until(inside.path("configmaps"), "kube-root-ca.crt") { $0 != nil }
      #expect(authority?["data"]["ca.crt"].stringValue?.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
      var held = configMap("held")
      held["metadata"]["finalizers"] = ["contract.example/hold"]
      _ = try await inside.create(inside.path("configmaps"), held)
      let deleted = try await api.send(.delete, "/api/v1/namespaces/\(inside.namespace)")
      #expect(deleted.value["status"]["phase"] == "Terminating")
      let late = try await inside.create(inside.path("configmaps"), configMap("late"))
      #expect(late.code == 403)
      #expect(late.value["details"]["causes"].elements.contains { $0["reason"] == "NamespaceTerminating" })
      _ = try await inside.until(inside.path("configmaps"), "held") {
        !($0?["metadata"]["deletionTimestamp"].isNull ?? false)
      }
      _ = try await inside.patch(inside.path("configmaps", "held"), ["metadata": ["finalizers": .null]], "merge-patch")
      let gone = try await api.until("/api/v1/namespaces", inside.namespace) { $0 == nil }
      #expect(gone == nil)
    }

    @Test("what belongs to an object goes with it, unless it is orphaned")
    func owners() async throws {
      try await withNamespace { api in
        func pair(_ name: String) async throws {
          let owner = try await api.create(api.path("configmaps"), configMap(name))
          var body = configMap(name + "-child")
          body["metadata"]["ownerReferences"] = [
            [
              "apiVersion": "v1", "kind": "ConfigMap", "name": .string(name), "uid": owner.value["metadata"]["uid"],
              "blockOwnerDeletion": true,
            ]
          ]
          #expect(try await api.create(api.path("configmaps"), body).code == 201)
        }
        func delete(_ name: String, _ policy: String) async throws {
          _ = try await api.send(
            .delete, api.path("configmaps", name),
            ["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": .string(policy)])
        }
        try await pair("background")
        try await delete("background", "Background")
        _ = try await api.until(api.path("configmaps"), "background-child") { $0 == nil }
        try await pair("foreground")
        try await delete("foreground", "Foreground")
        _ = try await api.until(api.path("configmaps"), "foreground") { $0 == nil }
        #expect(try await api.get(api.path("configmaps", "foreground-child")).code == 404)
        try await pair("orphan")
        try await delete("orphan", "Orphan")
        _ = try await api.until(api.path("configmaps"), "orphan") { $0 == nil }
        let child = try await api.until(api.path("configmaps"), "orphan-child") {
          $0?["metadata"]["ownerReferences"].elements.isEmpty ?? true
        }
        #expect(child != nil)
      }
    }
  }
}
