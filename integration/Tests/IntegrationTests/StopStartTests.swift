import Documents
import Harness
import Kubernetes
import Testing

extension Clusters {
  @Suite("stop and start")
  struct StopStart {
    @Test("a stopped cluster comes back, at another address of its node and with another port in the kubeconfig")
    func cluster() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let (name, node) = (scenario.cluster, "\(scenario.cluster)-control-plane")
        let address = ["inspect", "-f", "{{.NetworkSettings.Networks.kind.IPAddress}}", node]
        let before = try await Docker().run(address)

        let stopped = try await scenario.idpbuilder("stop", "--name", name)
        #expect(stopped.status == 0, "\(stopped.transcript)")
        #expect(stopped.errors.contains("Stopped cluster \(name)."))
        #expect(try await scenario.clusters()[name]?["status"] == "stopped")
        #expect(try await scenario.idpbuilder("stop", "--name", name).errors.contains("does not run"))
        let asked = try await scenario.idpbuilder("get", "secrets", "--name", name)
        #expect(asked.status == 78)
        #expect(asked.errors.contains("idpbuilder start --name \(name)"))

        // Somebody else gets the address: the engine gives free ones in its own order.
        let image = try await NodeImage.shared.reference()
        for number in 1...8 {
          let squatter = "\(name)-squatter-\(number)"
          scenario.cleanUp { _ = try? await Docker().run(["rm", "-f", squatter]) }
          try await Docker().run([
            "run", "-d", "--name", squatter, "--network", "kind", "--entrypoint", "sleep", image, "300",
          ])
          if try await Docker().run(address.dropLast() + [squatter]) == before { break }
        }
        // A kubeconfig that was spoiled meanwhile is mended.
        try TextFile.write(scenario.kubeconfig, "apiVersion: v1\nkind: Config\n")
        let started = try await scenario.idpbuilder("start", "--name", name)
        #expect(started.status == 0, "\(started.transcript)")
        #expect(try await Docker().run(address) != before)
        #expect(started.output.contains("kubectl --context kind-\(name)"))
        #expect(try await scenario.kubernetes().get(.nodes, node) != nil)
        // Again is no error.
        #expect(try await scenario.idpbuilder("start", "--name", name).status == 0)
      }
    }

    @Test("start waits for the platform, and what was in Git and in the cluster is still there")
    func platform() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.createPlatform().status == 0)
        let password = try await scenario.secrets()["gitea-credential"]?["password"].stringValue
        #expect(try await scenario.idpbuilder("stop", "--name", scenario.cluster).status == 0)
        let started = try await scenario.idpbuilder("start", "--name", scenario.cluster)
        #expect(started.status == 0, "\(started.transcript)")
        #expect(started.errors.contains("✓ platform: Synced and Healthy"), "\(started.transcript)")
        #expect(started.output.contains("https://gitea.cnoe.localtest.me:8443"))
        #expect(try await scenario.secrets()["gitea-credential"]?["password"].stringValue == password)
        // And create finds nothing to mend, wherever the platform is published.
        let again = try await scenario.idpbuilder(
          "create", "--name", scenario.cluster, "--node-image", try await NodeImage.shared.reference(), "--no-cache")
        #expect(again.status == 0, "\(again.transcript)")
        #expect(again.errors.contains("repositories: unchanged"))
      }
    }

    @Test("neither stop nor start of a cluster that is not there says that all is well")
    func missing() async throws {
      try await Scenario.run { scenario in
        for command in ["stop", "start"] {
          let result = try await scenario.idpbuilder(command, "--name", scenario.cluster)
          #expect(result.status == 66)
          #expect(result.errors.contains("idpbuilder create --name \(scenario.cluster)"))
        }
      }
    }

    @Test("a port that was taken meanwhile is named, and the cluster is kept")
    func portTaken() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let node = "\(scenario.cluster)-control-plane"
        let port = try await Docker().run([
          "inspect", "-f", "{{(index (index .HostConfig.PortBindings \"6443/tcp\") 0).HostPort}}", node,
        ])
        try #require(try await scenario.idpbuilder("stop", "--name", scenario.cluster).status == 0)
        let listener = try SilentServer(port: try #require(UInt16(port.filter(\.isNumber))))
        let started = try await scenario.idpbuilder("start", "--name", scenario.cluster)
        withExtendedLifetime(listener) {}
        #expect(started.status == 73, "\(started.transcript)")
        #expect(started.errors.contains("idpbuilder doctor --name \(scenario.cluster)"), "\(started.transcript)")
        #expect(try await scenario.clusters()[scenario.cluster] != nil)
      }
    }
  }
}
