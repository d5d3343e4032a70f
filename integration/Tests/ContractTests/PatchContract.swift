import Documents
import Testing

extension Contract {
  @Suite("patches and server-side apply")
  struct Patching {
    private func deployment(_ image: String = "registry.invalid/web:1") -> Value {
      [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
        "spec": [
          "replicas": 0, "selector": ["matchLabels": ["app": "web"]],
          "template": [
            "metadata": ["labels": ["app": "web"]],
            "spec": [
              "containers": [
                [
                  "name": "web", "image": .string(image),
                  "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]],
                  "ports": [["containerPort": 80]],
                ]
              ]
            ],
          ],
        ],
      ]
    }

    private func configMap(_ data: Value) -> Value {
      ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": data]
    }

    @Test("merge and JSON patches change what they say")
    func plain() async throws {
      try await withNamespace { api in
        let path = api.path("configmaps", "c")
        _ = try await api.create(api.path("configmaps"), configMap(["a": "1", "b": "2"]))
        let merged = try await api.patch(path, ["data": ["a": .null, "c": "3"]], "merge-patch")
        #expect(merged.code == 200)
        #expect(merged.value["data"] == ["b": "2", "c": "3"])
        let edited = try await api.patch(
          path,
          [["op": "test", "path": "/data/b", "value": "2"], ["op": "replace", "path": "/data/b", "value": "4"]],
          "json-patch")
        #expect(edited.value["data"]["b"] == "4")
        let failed = try await api.patch(path, [["op": "test", "path": "/data/b", "value": "2"]], "json-patch")
        #expect(failed.code == 422)
        let absent = try await api.patch(path, [["op": "remove", "path": "/data/none"]], "json-patch")
        #expect(absent.code == 422)
        let stale = try await api.patch(
          path, ["metadata": ["resourceVersion": "1"], "data": ["x": "y"]], "merge-patch")
        #expect(stale.code == 409)
        #expect(try await api.patch(path, [:], "unheard-of").code == 415)
        #expect(try await api.patch(api.path("configmaps", "none"), ["data": ["a": "1"]], "merge-patch").code == 404)
      }
    }

    @Test("a strategic merge patch merges lists by their keys")
    func strategic() async throws {
      try await withNamespace { api in
        _ = try await api.create(api.path("apps/v1/deployments"), deployment())
        let container: Value = [
          "name": "web",
          "env": [["name": "B", "value": "3"], ["name": "C", "value": "4"], ["name": "A", "$patch": "delete"]],
        ]
        let patched = try await api.patch(
          api.path("apps/v1/deployments", "web"), ["spec": ["template": ["spec": ["containers": [container]]]]],
          "strategic-merge-patch")
        #expect(patched.code == 200)
        let result = patched.value["spec"]["template"]["spec"]["containers"]
        #expect(result.elements.count == 1)
        #expect(result[0]["image"] == "registry.invalid/web:1")
        #expect(Set(result[0]["env"].elements) == [["name": "B", "value": "3"], ["name": "C", "value": "4"]])
        #expect(patched.value["metadata"]["generation"] == 2)
      }
    }

    @Test("apply creates, then merges; fields no longer applied go")
    func apply() async throws {
      try await withNamespace { api in
        let path = api.path("configmaps", "c")
        #expect(try await api.apply(path, configMap(["a": "1", "b": "2"]), as: "one").code == 201)
        #expect(try await api.apply(path, configMap(["b": "2"]), as: "two").code == 200)
        let next = try await api.apply(path, configMap(["c": "3"]), as: "one")
        #expect(next.value["data"] == ["b": "2", "c": "3"])
        let same = try await api.apply(path, configMap(["c": "3"]), as: "one")
        #expect(same.version == next.version)
        let managers = same.value["metadata"]["managedFields"].elements.map { $0["manager"].stringValue ?? "" }
        #expect(Set(managers) == ["one", "two"])
        let nobody = try await api.send(.patch, path, configMap([:]), contentType: "application/apply-patch+yaml")
        #expect(nobody.code == 422)
      }
    }

    @Test("a field of another manager is a conflict, named, unless forced")
    func conflict() async throws {
      try await withNamespace { api in
        let path = api.path("configmaps", "c")
        _ = try await api.apply(path, configMap(["a": "1"]), as: "one")
        let refused = try await api.apply(path, configMap(["a": "2"]), as: "two")
        #expect(refused.code == 409)
        #expect(refused.reason == "Conflict")
        #expect(refused.message == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
        #expect(refused.value["details"]["causes"][0]["reason"] == "FieldManagerConflict")
        #expect(refused.value["details"]["causes"][0]["field"] == ".data.a")
        let forced = try await api.apply(path, configMap(["a": "2"]), as: "two", force: true)
        #expect(forced.value["data"]["a"] == "2")
        let agreed = try await api.apply(path, configMap(["a": "2"]), as: "three")
        #expect(agreed.code == 200)
        // An ordinary update takes the field; applying it again meets that.
        _ = try await api.patch(path, ["data": ["a": "5"]], "merge-patch")
        let updated = try await api.apply(path, configMap(["a": "2"]), as: "two")
        #expect(updated.code == 409)
        #expect(updated.message == "Apply failed with 1 conflict: conflict with \"contract\" using v1: .data.a")
      }
    }

    @Test("apply merges containers by name and keeps what others set")
    func lists() async throws {
      try await withNamespace { api in
        let path = api.path("apps/v1/deployments", "web")
        #expect(try await api.apply(path, deployment(), as: "one").code == 201)
        let other: Value = [
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
          "spec": ["template": ["spec": ["containers": [["name": "web", "env": [["name": "C", "value": "3"]]]]]]],
        ]
        let merged = try await api.apply(path, other, as: "two")
        #expect(merged.code == 200)
        let names = merged.value["spec"]["template"]["spec"]["containers"][0]["env"].elements.map { $0["name"] }
        #expect(names == ["A", "B", "C"])
        var less = deployment()
        less["spec"]["template"]["spec"]["containers"][0]["env"] = [["name": "B", "value": "2"]]
        let pruned = try await api.apply(path, less, as: "one")
        #expect(
          pruned.value["spec"]["template"]["spec"]["containers"][0]["env"].elements.map { $0["name"] } == ["B", "C"])
        let again = try await api.apply(path, less, as: "one")
        #expect(again.value["metadata"]["generation"] == pruned.value["metadata"]["generation"])
      }
    }
  }
}
