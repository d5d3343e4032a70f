import Documents
import Testing

extension Contract {
  @Suite("lists and watches")
  struct ListsAndWatches {
    private func make(_ api: API, _ name: String, label: String = "x") async throws -> Answer {
      try await api.create(
        api.path("configmaps"),
        [
          "apiVersion": "v1", "kind": "ConfigMap",
          "metadata": ["name": .string(name), "labels": ["l": .string(label)]],
        ])
    }

    @Test("lists come in pages, in order, and say how much is left")
    func pages() async throws {
      try await withNamespace { api in
        // No namespace brings Secrets by itself.
        for name in ["c", "a", "d", "b"] {
          let secret: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name)]]
          _ = try await api.create(api.path("secrets"), secret)
        }
        let first = try await api.get(api.path("secrets"), query: [("limit", "2")])
        #expect(first.value["kind"] == "SecretList")
        #expect(first.value["items"].elements.map { $0["metadata"]["name"] } == ["a", "b"])
        #expect(first.value["metadata"]["remainingItemCount"] == 2)
        let token = try #require(first.value["metadata"]["continue"].stringValue)
        let second = try await api.get(api.path("secrets"), query: [("limit", "2"), ("continue", token)])
        #expect(second.value["items"].elements.map { $0["metadata"]["name"] } == ["c", "d"])
        #expect(second.value["metadata"]["continue"].isNull)
        #expect(second.version == first.version)
      }
    }

    @Test("labels and fields select")
    func selectors() async throws {
      try await withNamespace { api in
        for (name, label) in [("a", "x"), ("b", "y"), ("c", "z")] { _ = try await make(api, name, label: label) }
        func names(_ selector: String, _ kind: String = "labelSelector") async throws -> [Value] {
          try await api.get(api.path("configmaps"), query: [(kind, selector)]).value["items"].elements.map {
            $0["metadata"]["name"]
          }
        }
        #expect(try await names("l=x") == ["a"])
        #expect(try await names("l!=x,l") == ["b", "c"])
        #expect(try await names("l in (x,z)") == ["a", "c"])
        #expect(try await names("l notin (x,z),l") == ["b"])
        #expect(try await names("!l").contains("kube-root-ca.crt"))
        #expect(try await names("metadata.name=b", "fieldSelector") == ["b"])
        let bad = try await api.get(api.path("configmaps"), query: [("fieldSelector", "data.a=1")])
        #expect(bad.code == 400)
        #expect(try await api.get(api.path("configmaps"), query: [("labelSelector", "a b")]).code == 400)
      }
    }

    @Test("a watch goes on from a version, in order, without gaps")
    func resume() async throws {
      try await withNamespace { api in
        let start = try await make(api, "first").version
        _ = try await make(api, "second")
        _ = try await api.patch(api.path("configmaps", "second"), ["data": ["a": "1"]], "merge-patch")
        _ = try await api.send(.delete, api.path("configmaps", "second"))
        let events = try await api.watch(
          api.path("configmaps"), query: [("resourceVersion", start), ("labelSelector", "l=x")]
        ) { $0.count == 3 }
        try #require(events.map { $0["type"] } == ["ADDED", "MODIFIED", "DELETED"])
        #expect(
          events.allSatisfy { $0["object"]["metadata"]["name"] == "second" && $0["object"]["kind"] == "ConfigMap" })
        let middle = try #require(events[1]["object"]["metadata"]["resourceVersion"].stringValue)
        let rest = try await api.watch(
          api.path("configmaps"), query: [("resourceVersion", middle), ("labelSelector", "l=x")]
        ) { $0.count == 1 }
        #expect(rest.map { $0["type"] } == ["DELETED"])
      }
    }

    @Test("an object that leaves or enters the selection is deleted or added")
    func selection() async throws {
      try await withNamespace { api in
        let start = try await make(api, "moving").version
        let path = api.path("configmaps", "moving")
        _ = try await api.patch(path, ["metadata": ["labels": ["l": "y"]]], "merge-patch")
        _ = try await api.patch(path, ["metadata": ["labels": ["l": "x"]]], "merge-patch")
        let events = try await api.watch(
          api.path("configmaps"), query: [("resourceVersion", start), ("labelSelector", "l=x")]
        ) { $0.count == 2 }
        #expect(events.map { $0["type"] } == ["DELETED", "ADDED"])
      }
    }

    @Test("a watch without a version starts with what there is")
    func initial() async throws {
      try await withNamespace { api in
        _ = try await make(api, "there")
        let events = try await api.watch(api.path("configmaps"), query: [("labelSelector", "l=x")]) { $0.count == 1 }
        #expect(events.map { $0["type"] } == ["ADDED"])
      }
    }

    @Test("initial events end with a bookmark that says so")
    func bookmark() async throws {
      try await withNamespace { api in
        _ = try await make(api, "there")
        let events = try await api.watch(
          api.path("configmaps"),
          query: [
            ("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan"), ("allowWatchBookmarks", "true"),
            ("labelSelector", "l=x"),
          ]
        ) { $0.last?["type"] == "BOOKMARK" }
        #expect(events.map { $0["type"] } == ["ADDED", "BOOKMARK"])
        let mark = try #require(events.last)["object"]
        #expect(mark["kind"] == "ConfigMap")
        #expect(mark["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true")
        #expect(mark["metadata"]["resourceVersion"].stringValue != nil)
        let missing = try await api.watch(api.path("configmaps"), query: [("sendInitialEvents", "true")]) { _ in true }
        #expect(missing.first?["object"]["code"] == 422)
      }
    }

    @Test("a watch ends when its time is over")
    func timeout() async throws {
      try await withNamespace { api in
        let start = try await make(api, "there").version
        let answer = try await api.get(
          api.path("configmaps"),
          query: [("watch", "true"), ("timeoutSeconds", "1"), ("resourceVersion", start), ("labelSelector", "l=none")])
        #expect(answer.code == 200)
        #expect(answer.value == "")
      }
    }

    @Test("one object can be watched by its own path's selector")
    func single() async throws {
      try await withNamespace { api in
        let start = try await make(api, "one").version
        _ = try await make(api, "other")
        _ = try await api.patch(api.path("configmaps", "one"), ["data": ["a": "1"]], "merge-patch")
        let events = try await api.watch(
          api.path("configmaps"), query: [("resourceVersion", start), ("fieldSelector", "metadata.name=one")]
        ) { $0.count == 1 }
        #expect(events.map { $0["object"]["metadata"]["name"] } == ["one"])
      }
    }
  }
}
