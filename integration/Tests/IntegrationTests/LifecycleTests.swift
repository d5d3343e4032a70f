import Documents
import Harness
import Kubernetes
import NodeServer
import Testing

extension Clusters {
  @Suite("create, look, delete")
  struct Lifecycle {
    @Test("a cluster is made, listed and deleted, and nothing of it is left")
    func lifecycle() async throws {
      try await Scenario.run { scenario in
        let created = try await scenario.create()
        try #require(created.status == 0, "\(created.transcript)")
        #expect(created.output.contains("kubectl --context kind-\(scenario.cluster)"))
        #expect(created.errors.contains("✓ nodes ready"))
        #expect(TextFile.mode(scenario.kubeconfig) == 0o600)
        let node = try await scenario.kubernetes().get(.nodes, "\(scenario.cluster)-control-plane")
        let conditions = try #require(node)["status"]["conditions"].elements
        #expect(conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" })

        let listed = try #require(try await scenario.clusters()[scenario.cluster])
        #expect(listed["status"] == "running")
        #expect(listed["nodes"] == [.string("\(scenario.cluster)-control-plane")])
        #expect(listed["server"].stringValue?.hasPrefix("https://127.0.0.1:") == true)
        let volumes = try await Docker().volumes(of: "\(scenario.cluster)-control-plane")
        #expect(!volumes.isEmpty)

        let deleted = try await scenario.idpbuilder("delete", "--name", scenario.cluster)
        #expect(deleted.status == 0)
        #expect(try await scenario.remains() == [])
        #expect(try await Docker().volumes().isDisjoint(with: volumes))
        #expect(try await scenario.clusters()[scenario.cluster] == nil)
        let again = try await scenario.idpbuilder("delete", "--name", scenario.cluster)
        #expect(again.status == 0)
      }
    }

    @Test(
      "kubectl works with the kubeconfig as it is",
      .enabled(if: HarnessEnvironment.find("kubectl") != nil, "needs kubectl"))
    func kubectl() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let nodes = try await scenario.program("kubectl", "get", "nodes")
        #expect(nodes.output.contains("\(scenario.cluster)-control-plane"))
        #expect(nodes.output.contains("Ready"))
        let manifest = scenario.folder + "/manifest.yaml"
        try TextFile.write(
          manifest, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\ndata: {a: \"1\"}\n")
        #expect(try await scenario.program("kubectl", "apply", "-f", manifest).output == "configmap/mine created\n")
        #expect(try await scenario.program("kubectl", "apply", "-f", manifest).output == "configmap/mine unchanged\n")
      }
    }

    @Test("get finds the cluster by the user's kubeconfig, without one, and beside an entry that is another cluster's")
    func access() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        func get() async throws -> ProgramResult {
          try await scenario.idpbuilder("get", "secrets", "--name", scenario.cluster, "-l", "debug")
        }
        let quick = try await get()
        // The node's own file is not needed.
        #expect(quick.status == 0 && !quick.errors.contains("/archive"), "\(quick.transcript)")

        let entry = try #require(TextFile.read(scenario.kubeconfig))
        var other = try YAML.parse(entry, source: "kubeconfig").value
        let foreign = try Authority.issue(commonName: "kubernetes", purpose: .authority).certificate
        other["clusters"][0]["cluster"]["certificate-authority-data"] = .string(Base64.encode(Array(foreign.utf8)))
        try TextFile.write(scenario.kubeconfig, YAML.serialize(other), mode: 0o600)
        let beside = try await get()
        #expect(beside.status == 0 && beside.errors.contains("/archive"), "\(beside.transcript)")

        TextFile.remove(scenario.kubeconfig)
        let without = try await get()
        #expect(without.status == 0 && without.output == quick.output, "\(without.transcript)")
        try TextFile.write(scenario.kubeconfig, entry, mode: 0o600)
      }
    }

    @Test("a second create says at once that there is nothing to do; objects survive a stop and a start")
    func again() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let client = try scenario.kubernetes()
        _ = try await client.create(
          ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "mine", "namespace": "default"]])
        let again = try await scenario.create()
        #expect(again.status == 0)
        #expect(again.output.contains("Nothing to do: \(scenario.cluster) is complete."))

        try await Docker().run(["stop", "\(scenario.cluster)-control-plane"])
        #expect(try await scenario.clusters()[scenario.cluster]?["status"] == "stopped")
        let started = try await scenario.create()
        #expect(started.status == 0, "\(started.transcript)")
        #expect(started.errors.contains("! cluster \(scenario.cluster) was stopped; starting it"))
        #expect(try await scenario.kubernetes().get(.configMaps, "mine", namespace: "default") != nil)
      }
    }

    @Test(
      "a broken cluster is named as such, with the way out, and --recreate replaces it",
      .enabled(if: NodeImage.isStandIn))
    func broken() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let node = "\(scenario.cluster)-control-plane"
        let old = try await Docker().run(["inspect", "-f", "{{.Id}}", node])
        // The stand-in starts its API server from this file.
        try await Docker().run(["exec", node, "mv", "/etc/kubernetes/stand-in.json", "/etc/kubernetes/gone.json"])
        try await Docker().run(["restart", node])
        let broken = try await scenario.create()
        #expect(broken.status == 78, "\(broken.transcript)")
        #expect(broken.errors.contains("idpbuilder create --name \(scenario.cluster) --recreate"))
        #expect(try await Docker().run(["inspect", "-f", "{{.Id}}", node]) == old)
        let replaced = try await scenario.create("--recreate")
        #expect(replaced.status == 0, "\(replaced.transcript)")
        #expect(try await Docker().run(["inspect", "-f", "{{.Id}}", node]) != old)
      }
    }

    @Test("two clusters live side by side, and go one by one")
    func two() async throws {
      try await Scenario.run { scenario in
        let other = scenario.cluster + "-b"
        try #require(try await scenario.create().status == 0)
        try #require(try await scenario.create(name: other).status == 0)
        let listed = try await scenario.clusters()
        #expect(listed[scenario.cluster]?["server"] != listed[other]?["server"])
        for name in [scenario.cluster, other] {
          let client = try scenario.kubernetes(name)
          #expect(try await client.get(.nodes, "\(name)-control-plane") != nil)
        }
        #expect(try await scenario.idpbuilder("delete", "--name", other).status == 0)
        #expect(try await scenario.remains(of: other) == [])
        #expect(try await scenario.kubernetes().get(.nodes, "\(scenario.cluster)-control-plane") != nil)
      }
    }

    @Test("with -o json every line of standard output is an event")
    func events() async throws {
      try await Scenario.run { scenario in
        let created = try await scenario.create("-o", "json")
        #expect(created.status == 0)
        let events = try created.output.split(separator: "\n").map { try JSON.parse(String($0)) }
        #expect(events.count > 3)
        #expect(events.allSatisfy { $0["event"].stringValue != nil })
      }
    }
  }
}
