import Documents
import Glibc
import Harness
import Kubernetes
import Testing

extension Scenario {
  /// Removes the cluster's snapshots at the end.
  func cleanUpSnapshots() {
    cleanUp { [self] in _ = try? await idpbuilder("snapshot", "delete", "--name", cluster, "--all") }
  }

  /// The snapshots of the cluster as `snapshot list -o json` prints them.
  func snapshots() async throws -> [Value] {
    let result = try await idpbuilder("snapshot", "list", "--name", cluster, "-o", "json")
    try #require(result.status == 0, "\(result.transcript)")
    return try JSON.parse(result.output).elements
  }

  fileprivate func userStatus(password: String) async throws -> Int32 {
    let gitea = "gitea.cnoe.localtest.me"
    return try await page(
      "https://\(gitea):8443/api/v1/user", host: gitea, "--user", "giteaAdmin:\(password)"
    ).status
  }
}

extension Clusters {
  @Suite("snapshots", .enabled(if: NodeImage.isStandIn, "the stand-in comes up in seconds"))
  struct Snapshots {
    private static let marker: Value = [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "later", "namespace": "default"],
    ]

    @Test("a saved platform comes back: what changed since is gone, passwords are new, create uses it by itself")
    func platform() async throws {
      try await Scenario.run { scenario in
        let name = scenario.cluster
        try #require(try await scenario.createPlatform().status == 0)
        scenario.cleanUpSnapshots()
        let before = try await scenario.secrets()

        let saved = try await scenario.idpbuilder("snapshot", "save", "--name", name, "base")
        #expect(saved.status == 0, "\(saved.transcript)")
        #expect(saved.output.contains("idpbuilder snapshot restore --name \(name) base"))
        let listed = try await scenario.snapshots()
        #expect(listed.map { $0["name"] } == ["base"])
        #expect(listed.first?["complete"] == true)
        #expect((listed.first?["size"].intValue ?? 0) > 0)
        // The cluster that was saved goes on with the passwords it had.
        #expect(
          try await scenario.secrets()["gitea-credential"]?["password"] == before["gitea-credential"]?["password"])
        try await scenario.kubernetes().create(Self.marker, fieldManager: "test")

        let restored = try await scenario.idpbuilder("snapshot", "restore", "--name", name)
        #expect(restored.status == 0, "\(restored.transcript)")
        #expect(try await scenario.kubernetes().get(.configMaps, "later", namespace: "default") == nil)
        let after = try await scenario.secrets()
        for secret in ["gitea-credential", "argocd-initial-admin-secret"] {
          #expect(after[secret]?["password"] != before[secret]?["password"], "\(secret)")
        }
        #expect(after["gitea-credential"]?["token"] != before["gitea-credential"]?["token"])
        let old = try #require(before["gitea-credential"]?["password"].stringValue)
        #expect(
          try await scenario.userStatus(password: try #require(after["gitea-credential"]?["password"].stringValue)) == 0
        )
        #expect(try await scenario.userStatus(password: old) != 0)

        #expect(try await scenario.idpbuilder("delete", "--name", name).status == 0)
        let again = try await scenario.createPlatform("--dev-password")
        #expect(again.status == 0, "\(again.transcript)")
        #expect(again.errors.contains("✓ snapshot: base of"), "\(again.transcript)")
        #expect(try await scenario.userStatus(password: "developer") == 0)
        // It is a platform like any other: nothing is left to do.
        #expect(try await scenario.createPlatform("--dev-password").errors.contains("repositories: unchanged"))
      }
    }

    @Test("create uses a snapshot of the same options only, and none with --no-snapshot; the oldest ones are dropped")
    func matching() async throws {
      try await Scenario.run { scenario in
        let name = scenario.cluster
        try #require(try await scenario.create().status == 0)
        scenario.cleanUpSnapshots()
        try #require(try await scenario.idpbuilder("snapshot", "save", "--name", name, "one").status == 0)
        let second = try await scenario.idpbuilder("snapshot", "save", "--name", name, "--keep", "1", "two")
        #expect(second.status == 0, "\(second.transcript)")
        #expect(second.errors.contains("removing snapshot one"))
        #expect(try await scenario.snapshots().map { $0["name"] } == ["two"])
        let volumes = try await Docker().volumes().filter { $0.contains("snapshot-\(name)-") }
        #expect(volumes.count == 1)

        #expect(try await scenario.create("--recreate", "--no-snapshot").errors.contains("✓ control plane"))
        let config = scenario.folder + "/kind.yaml"
        try TextFile.write(
          config, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  labels: {a: b}\n"
        )
        #expect(try await scenario.create("--recreate", "--kind-config", config).errors.contains("✓ control plane"))
        // Another port of this machine makes no difference.
        try TextFile.write(config, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n")
        let used = try await scenario.create("--recreate", "--kind-config", config)
        #expect(used.status == 0, "\(used.transcript)")
        #expect(used.errors.contains("✓ snapshot: two of"), "\(used.transcript)")
        #expect(try await scenario.kubernetes().get(.nodes, "\(name)-control-plane") != nil)
        #expect(try await scenario.idpbuilder("delete", "--name", name).status == 0)
        #expect(try await scenario.remains() == [])
      }
    }

    @Test("a snapshot whose saving was killed is never used, and the cluster comes back with the next command")
    func killed() async throws {
      try await Scenario.run { scenario in
        let name = scenario.cluster
        try #require(try await scenario.create().status == 0)
        scenario.cleanUpSnapshots()
        let save = try scenario.start(["snapshot", "save", "--name", name, "half"])
        let isStopped = await save.output { $0.contains("✓ stop") }
        save.signal(SIGKILL)
        _ = await save.result()
        try #require(isStopped)
        // Whether the kill came before or after the volume was made: one more is certainly half-written.
        _ = try await Docker().run([
          "volume", "create", "--label", "idpbuilder.snapshot=torn", "--label", "idpbuilder.snapshot.cluster=\(name)",
          "\(name)-torn",
        ])
        scenario.cleanUp { _ = try? await Docker().run(["volume", "rm", "-f", "\(name)-torn"]) }
        #expect(try await scenario.snapshots().allSatisfy { $0["complete"] == false })
        let refused = try await scenario.idpbuilder("snapshot", "restore", "--name", name)
        #expect(refused.status == 66, "\(refused.transcript)")

        let back = try await scenario.create()
        #expect(back.status == 0, "\(back.transcript)")
        #expect(back.errors.contains("was stopped; starting it"))
        // The next save clears away what is left.
        #expect(try await scenario.idpbuilder("snapshot", "save", "--name", name, "whole").status == 0)
        #expect(try await scenario.snapshots().map { $0["name"] } == ["whole"])
        #expect(try await !Docker().volumes().contains("\(name)-torn"))
      }
    }

    @Test("an interrupted restoration leaves nothing behind but the snapshot")
    func interrupted() async throws {
      try await Scenario.run { scenario in
        let name = scenario.cluster
        try #require(try await scenario.create().status == 0)
        scenario.cleanUpSnapshots()
        try #require(try await scenario.idpbuilder("snapshot", "save", "--name", name, "base").status == 0)
        let restore = try scenario.start(["snapshot", "restore", "--name", name])
        let isMade = await restore.output { $0.contains("✓ snapshot") }
        restore.signal(SIGINT)
        let result = await restore.result()
        try #require(isMade)
        #expect(result.status == 130, "\(result.transcript)")
        #expect(try await scenario.remains() == [])
        // Killed without a chance to clean up, create completes it or makes it anew.
        let killed = try scenario.start(["snapshot", "restore", "--name", name])
        _ = await killed.output { $0.contains("✓ snapshot") }
        killed.signal(SIGKILL)
        _ = await killed.result()
        let again = try await scenario.create()
        #expect(again.status == 0, "\(again.transcript)")
        #expect(try await scenario.kubernetes().get(.nodes, "\(name)-control-plane") != nil)
      }
    }

    @Test("what cannot be saved or restored is refused with the reason")
    func refusals() async throws {
      try await Scenario.run { scenario in
        let name = scenario.cluster
        #expect(try await scenario.idpbuilder("snapshot", "save", "--name", name).status == 66)
        #expect(try await scenario.idpbuilder("snapshot", "restore", "--name", name).status == 66)
        #expect(try await scenario.idpbuilder("snapshot", "delete", "--name", name, "x").status == 66)
        #expect(try await scenario.idpbuilder("snapshot", "save", "--name", name, "No/Name").status == 64)
        #expect(try await scenario.idpbuilder("snapshot", "delete", "--name", name).status == 64)
        let config = scenario.folder + "/kind.yaml"
        try TextFile.write(
          config,
          "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n- role: worker\n")
        try #require(try await scenario.create("--kind-config", config).status == 0)
        let several = try await scenario.idpbuilder("snapshot", "save", "--name", name)
        #expect(several.status == 64)
        #expect(several.errors.contains("one node"))
      }
    }
  }
}
