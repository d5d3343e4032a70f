import Documents
import Harness
import Testing

extension Clusters {
  @Suite("side by side with kind", .enabled(if: HarnessEnvironment.find("kind") != nil, "needs the kind program"))
  struct Kind {
    @Test("kind's commands work on our cluster")
    func kindOnOurs() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let node = "\(scenario.cluster)-control-plane"
        #expect(
          try await scenario.program("kind", "get", "clusters").output.split(separator: "\n").contains {
            $0 == scenario.cluster
          })
        #expect(try await scenario.program("kind", "get", "nodes", "--name", scenario.cluster).output == node + "\n")
        let kubeconfig = try await scenario.program("kind", "get", "kubeconfig", "--name", scenario.cluster)
        let server = try await scenario.clusters()[scenario.cluster]?["server"].stringValue ?? "none"
        #expect(kubeconfig.output.contains("server: \(server)"))
        let logs = try await scenario.program(
          "kind", "export", "logs", scenario.folder + "/logs", "--name", scenario.cluster)
        #expect(logs.status == 0, "\(logs.transcript)")
        #expect(TextFile.exists("\(scenario.folder)/logs/\(node)/journal.log"))
        // Any image that the engine has; the node's own is always there.
        let image = try await loadable()
        let loaded = try await scenario.program("kind", "load", "docker-image", image, "--name", scenario.cluster)
        #expect(loaded.status == 0, "\(loaded.transcript)")
        let images = try await Docker().run(["exec", node, "crictl", "images"])
        #expect(images.contains(image.prefix { $0 != ":" }))
        let deleted = try await scenario.program("kind", "delete", "cluster", "--name", scenario.cluster)
        #expect(deleted.status == 0)
        #expect(try await scenario.remains() == [])
      }
    }

    private func loadable() async throws -> String {
      let reference = "idpbuilder.localhost/contract-load:1"
      _ = try await Program.run(
        "sh", ["-c", "printf x > /tmp/standin-load && tar -C /tmp -c standin-load | docker import - \(reference)"],
        environment: HarnessEnvironment.all)
      return reference
    }

    @Test("our commands work on kind's cluster")
    func oursOnKind() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.reference()
        let made = try await scenario.program(
          "kind", "create", "cluster", "--name", scenario.cluster, "--image", image, "--wait", "120s",
          limit: .seconds(300))
        try #require(made.status == 0, "\(made.transcript)")
        #expect(try await scenario.clusters()[scenario.cluster]?["status"] == "running")
        let again = try await scenario.create()
        #expect(again.status == 0)
        #expect(again.output.contains("Nothing to do"))
        // It has no port for a platform, and is told so at once.
        let platform = try await scenario.idpbuilder("create", "--name", scenario.cluster, "--node-image", image)
        #expect(platform.status == 73, "\(platform.transcript)")
        #expect(platform.errors.contains("cannot have the platform") && platform.errors.contains("--recreate"))
        #expect(try await scenario.idpbuilder("delete", "--name", scenario.cluster).status == 0)
        #expect(try await scenario.remains() == [])
      }
    }
  }
}
