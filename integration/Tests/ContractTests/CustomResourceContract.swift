import Documents
import Testing

extension Contract {
  @Suite("custom resources")
  struct CustomResources {
    /// Makes a CustomResourceDefinition with a group of its own, runs the body once it is served, and removes it.
    private func withGadgets(_ body: (API, String) async throws -> Void) async throws {
      try await withNamespace { api in
        let group = "\(api.namespace).example"
        let name = "gadgets.\(group)"
        let crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let created = try await api.create(crds, definition(group))
        try #require(created.code == 201, "\(created.value)")
        do {
          _ = try await api.until(crds, name) { crd in
            crd?["status"]["conditions"].elements.contains { $0["type"] == "Established" && $0["status"] == "True" }
              ?? false
          }
          // Established is announced a moment before it is served.
          try await answers(200, api, api.path("\(group)/v1/gadgets"))
          try await body(api, "\(group)/v1/gadgets")
        } catch {
          _ = try await api.send(.delete, "\(crds)/\(name)")
          throw error
        }
        #expect(try await api.send(.delete, "\(crds)/\(name)").code == 200)
        _ = try await api.until(crds, name) { $0 == nil }
        try await answers(404, api, api.path("\(group)/v1/gadgets"))
      }
    }

    /// Asks until the answer is as expected: what a definition brings follows it by a moment, without an event.
    private func answers(_ code: Int, _ api: API, _ path: String) async throws {
      let end = ContinuousClock.now + .seconds(20)
      while try await api.get(path).code != code { try #require(.now < end, "\(path) does not answer \(code)") }
    }

    private func definition(_ group: String) -> Value {
      let spec: Value = [
        "type": "object", "required": ["size"],
        "properties": [
          "size": ["type": "integer", "minimum": 1],
          "colour": ["type": "string", "enum": ["red", "green"], "default": "red"],
          "note": ["type": "string", "maxLength": 10], "port": ["x-kubernetes-int-or-string": true],
          "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
          "parts": [
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": [
              "type": "object", "required": ["name"],
              "properties": ["name": ["type": "string"], "count": ["type": "integer"]],
            ],
          ],
          "tags": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
        ],
      ]
      let schema: Value = [
        "type": "object",
        "properties": ["spec": spec, "status": ["type": "object", "properties": ["phase": ["type": "string"]]]],
      ]
      return [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": .string("gadgets.\(group)")],
        "spec": [
          "group": .string(group), "scope": "Namespaced",
          "names": ["plural": "gadgets", "singular": "gadget", "kind": "Gadget", "shortNames": ["gd"]],
          "versions": [
            [
              "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
              "subresources": ["status": [:]],
              "additionalPrinterColumns": [["name": "Size", "type": "integer", "jsonPath": ".spec.size"]],
            ]
          ],
        ],
      ]
    }

    private func gadget(_ resource: String, _ name: String, _ spec: Value) -> Value {
      let apiVersion = resource.split(separator: "/").dropLast().joined(separator: "/")
      return ["apiVersion": .string(apiVersion), "kind": "Gadget", "metadata": ["name": .string(name)], "spec": spec]
    }

    @Test("a definition is served once established, with defaults, pruning and its own discovery")
    func served() async throws {
      try await withGadgets { api, resource in
        let created = try await api.create(
          api.path(resource),
          gadget(resource, "g", ["size": 1, "unknown": 2, "free": ["kept": ["deep": true]], "port": "http"]))
        #expect(created.code == 201)
        #expect(created.value["spec"]["colour"] == "red")
        #expect(created.value["spec"]["unknown"].isNull)
        #expect(created.value["spec"]["free"] == ["kept": ["deep": true]])
        #expect(created.value["metadata"]["generation"] == 1)
        #expect(created.headers.values("Warning").contains { $0.contains("unknown field \\\"spec.unknown\\\"") })
        let group = resource.split(separator: "/").dropLast().joined(separator: "/")
        let found = try await api.get("/apis/\(group)").value["resources"].elements
        #expect(found.contains { $0["name"] == "gadgets" && $0["shortNames"] == ["gd"] })
        #expect(found.contains { $0["name"] == "gadgets/status" })
        let table = try await api.get(api.path(resource), accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        #expect(table.value["columnDefinitions"].elements.map { $0["name"] } == ["Name", "Size"])
        #expect(table.value["rows"][0]["cells"] == ["g", 1])
      }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
      var spec: Value
      var field: String
      var message: String
      var testDescription: String { "\(spec)" }
    }

    @Test(
      "what the schema does not allow is refused, naming the field",
      arguments: [
        Refused(spec: ["size": "big"], field: "spec.size", message: "must be of type integer: \"string\""),
        Refused(spec: ["size": 0], field: "spec.size", message: "should be greater than or equal to 1"),
        Refused(
          spec: ["size": 1, "colour": "blue"], field: "spec.colour",
          message: "Unsupported value: \"blue\": supported values: \"red\", \"green\""),
        Refused(spec: [:], field: "spec.size", message: "Required value"),
        Refused(spec: ["size": 1, "parts": [["count": 1]]], field: "spec.parts[0].name", message: "Required value"),
        Refused(spec: ["size": 1, "tags": "x"], field: "spec.tags", message: "must be of type array: \"string\""),
      ])
    func validation(refusal: Refused) async throws {
      try await withGadgets { api, resource in
        let refused = try await api.create(api.path(resource), gadget(resource, "g", refusal.spec))
        #expect(refused.code == 422)
        #expect(refused.reason == "Invalid")
        #expect(refused.message.contains(refusal.message), "\(refused.message)")
        #expect(
          refused.value["details"]["causes"].elements.contains { $0["field"].stringValue == refusal.field },
          "\(refused.value)")
      }
    }

    @Test("strict field validation refuses unknown fields")
    func strict() async throws {
      try await withGadgets { api, resource in
        let body = gadget(resource, "g", ["size": 1, "unknown": 2])
        let refused = try await api.create(api.path(resource), body, query: [("fieldValidation", "Strict")])
        #expect(refused.code == 400)
        #expect(refused.message.contains("unknown field \"spec.unknown\""), "\(refused.message)")
        let applied = try await api.send(
          .patch, api.path(resource, "g"), body, query: [("fieldManager", "one"), ("fieldValidation", "Strict")],
          contentType: "application/apply-patch+yaml")
        #expect(applied.code == 400 || applied.code == 500)
        #expect(try await api.get(api.path(resource, "g")).code == 404)
      }
    }

    @Test("status and the rest are written apart; only the rest counts as a generation")
    func status() async throws {
      try await withGadgets { api, resource in
        var body = gadget(resource, "g", ["size": 1])
        body["status"] = ["phase": "Ignored"]
        #expect(try await api.create(api.path(resource), body).value["status"].isNull)
        let path = api.path(resource, "g")
        let patched = try await api.patch(
          path + "/status", ["spec": ["size": 9], "status": ["phase": "Done"]], "merge-patch")
        #expect(patched.value["status"]["phase"] == "Done")
        #expect(patched.value["spec"]["size"] == 1)
        #expect(patched.value["metadata"]["generation"] == 1)
        let changed = try await api.patch(path, ["spec": ["size": 2], "status": ["phase": "Ignored"]], "merge-patch")
        #expect(changed.value["status"]["phase"] == "Done")
        #expect(changed.value["metadata"]["generation"] == 2)
      }
    }

    @Test("apply merges keyed lists and sets by the schema")
    func apply() async throws {
      try await withGadgets { api, resource in
        let path = api.path(resource, "g")
        let one = gadget(resource, "g", ["size": 1, "parts": [["name": "a", "count": 1]], "tags": ["x"]])
        #expect(try await api.apply(path, one, as: "one").code == 201)
        let two = gadget(resource, "g", ["parts": [["name": "b", "count": 2]], "tags": ["y"]])
        let merged = try await api.apply(path, two, as: "two")
        #expect(merged.value["spec"]["parts"] == [["name": "a", "count": 1], ["name": "b", "count": 2]])
        #expect(merged.value["spec"]["tags"] == ["x", "y"])
        let less = try await api.apply(path, gadget(resource, "g", ["parts": [["name": "b", "count": 2]]]), as: "two")
        #expect(less.value["spec"]["tags"] == ["x"])
        let status: Value = [
          "apiVersion": one["apiVersion"], "kind": "Gadget", "metadata": ["name": "g"], "status": ["phase": "Applied"],
        ]
        let applied = try await api.apply(path + "/status", status, as: "status-writer")
        #expect(applied.value["status"]["phase"] == "Applied")
        let conflict = try await api.apply(path, gadget(resource, "g", ["size": 2]), as: "two")
        #expect(conflict.code == 409)
        #expect(conflict.message == "Apply failed with 1 conflict: conflict with \"one\": .spec.size")
      }
    }

    @Test("a strategic merge patch is not for custom resources; a version long gone has expired")
    func limits() async throws {
      try await withGadgets { api, resource in
        _ = try await api.create(api.path(resource), gadget(resource, "g", ["size": 1]))
        let refused = try await api.patch(api.path(resource, "g"), ["spec": ["size": 2]], "strategic-merge-patch")
        #expect(refused.code == 415)
        let events = try await api.watch(api.path(resource), query: [("resourceVersion", "1")]) { !$0.isEmpty }
        #expect(events.first?["type"] == "ERROR")
        #expect(events.first?["object"]["code"] == 410)
        #expect(events.first?["object"]["reason"] == "Expired")
      }
    }
  }
}
