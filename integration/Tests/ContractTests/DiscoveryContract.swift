import Documents
import Testing

extension Contract {
  @Suite("discovery and access")
  struct Discovery {
    @Test("the version is served to everybody, health is ok")
    func version() async throws {
      let api = try #require(ContractCluster.api)
      let anonymous = API(api.access, anonymous: true)
      let version = try await anonymous.get("/version")
      #expect(version.code == 200)
      #expect(version.value["gitVersion"].stringValue?.hasPrefix("v1.") == true)
      for path in ["/healthz", "/livez", "/readyz"] {
        let health = try await anonymous.get(path)
        #expect(health.code == 200)
        #expect(health.value == "ok")
      }
    }

    @Test("without credentials nothing else is served; wrong ones are refused")
    func access() async throws {
      let api = try #require(ContractCluster.api)
      let anonymous = API(api.access, anonymous: true)
      let refused = try await anonymous.get("/api/v1/namespaces")
      #expect(refused.code == 403)
      #expect(refused.reason == "Forbidden")
      let wrong = try await anonymous.send(.get, "/api/v1/namespaces", headers: [("Authorization", "Bearer nobody")])
      #expect(wrong.code == 401)
      #expect(wrong.reason == "Unauthorized")
    }

    @Test("groups and resources are listed with kinds, scopes and verbs")
    func resources() async throws {
      let api = try #require(ContractCluster.api)
      let groups = try await api.get("/apis").value["groups"].elements
      for name in ["apps", "batch", "networking.k8s.io", "apiextensions.k8s.io", "rbac.authorization.k8s.io"] {
        let group = groups.first { $0["name"].stringValue == name }
        #expect(group?["preferredVersion"]["version"] == "v1", "\(name)")
      }
      let core = try await api.get("/api/v1").value["resources"].elements
      let pods = core.first { $0["name"] == "pods" }
      #expect(pods?["kind"] == "Pod")
      #expect(pods?["namespaced"] == true)
      #expect(pods?["shortNames"].elements.contains("po") == true)
      let nodes = core.first { $0["name"] == "nodes" }
      #expect(nodes?["namespaced"] == false)
      for verb in ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] {
        #expect(pods?["verbs"].elements.contains(.string(verb)) == true)
      }
      let apps = try await api.get("/apis/apps/v1").value["resources"].elements.compactMap { $0["name"].stringValue }
      #expect(apps.contains("deployments/status") && apps.contains("deployments/scale"))
    }

    @Test("aggregated discovery says the same in one answer")
    func aggregated() async throws {
      let api = try #require(ContractCluster.api)
      let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
      let answer = try await api.get("/apis", accept: accept)
      #expect(answer.headers["Content-Type"]?.contains("as=APIGroupDiscoveryList") == true)
      let apps = answer.value["items"].elements.first { $0["metadata"]["name"] == "apps" }
      let resources = apps?["versions"][0]["resources"].elements ?? []
      #expect(resources.contains { $0["resource"] == "deployments" && $0["scope"] == "Namespaced" })
    }

    @Test("an unknown path, resource or method is refused with a Status")
    func unknown() async throws {
      let api = try #require(ContractCluster.api)
      #expect(try await api.get("/apis/nothing.example/v1").code == 404)
      #expect(try await api.get("/api/v1/namespaces/default/gadgets").code == 404)
      #expect(try await api.send(.put, "/api/v1/namespaces/default/configmaps", [:]).code == 405)
    }
  }
}
