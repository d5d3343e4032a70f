import Diagnostics
import Documents
import Gitea
import HTTP
import Harness
import Kubernetes
import Testing

extension Clusters {
  /// Packages of every shape, from the command line into the cluster and out of it again.
  @Suite(
    "packages",
    .enabled(
      if: NodeImage.isStandIn || HarnessEnvironment.all["IDPBUILDER_PLATFORM_IMAGES"] != nil,
      "a real node image needs the platform's images in it (IDPBUILDER_PLATFORM_IMAGES=1)"))
  struct Packages {
    private static let host = "gitea.cnoe.localtest.me"
    private static func type(_ plural: String, _ kind: String) -> ResourceType {
      ResourceType(group: "idpbuilder.cnoe.io", version: "v1alpha1", plural: plural, kind: kind)
    }

    @Test("every shape of package comes up, is left alone when nothing changes, follows changes, and goes")
    func shapes() async throws {
      try await Scenario.run { scenario in
        let shapes = try await PackageShapes(scenario)
        let created = try await create(scenario, shapes.packages)
        try #require(created.status == 0, "\(created.transcript)")
        #expect(created.errors.contains("Application twice of"), "\(created.transcript)")
        let client = try scenario.kubernetes()
        for expected in shapes.expected {
          let map = try await client.get(.configMaps, expected.name, namespace: expected.namespace)
          #expect(map?["data"]["from"].stringValue == expected.from, "\(expected)")
        }
        // A file is in memory once, while it is packed.
        if !HarnessEnvironment.isSanitized {
          #expect(created.peakMemory < 130 << 20, "\(created.peakMemory >> 20) MiB")
        }
        try await listed(scenario, count: shapes.expected.count)
        try await cloned(scenario, client, shapes)

        // The same again.
        let same = try await create(scenario, shapes.packages)
        #expect(same.status == 0)
        #expect(same.errors.contains(", unchanged, Synced and Healthy"), "\(same.transcript)")

        try await mended(scenario)
        let mended = try await create(scenario, shapes.packages)
        #expect(mended.errors.contains(", 2 pushed, Synced and Healthy"), "\(mended.transcript)")

        // A changed file is one push; one that is gone stays in the cluster, with a word about it.
        try shapes.folder.configMap("single/manifests/config.yaml", "single", from: "changed")
        TextFile.remove(shapes.folder.path + "/single/manifests/extra.yaml")
        let changed = try await create(scenario, shapes.packages)
        #expect(changed.status == 0, "\(changed.transcript)")
        #expect(changed.errors.contains(", 1 pushed, Synced and Healthy"), "\(changed.transcript)")
        #expect(changed.errors.contains("kubectl delete ConfigMap extra -n default"), "\(changed.transcript)")
        #expect(
          try await client.get(.configMaps, "single", namespace: "default")?["data"]["from"].stringValue == "changed")

        try await removed(scenario, client, keeping: Array(shapes.packages.prefix(1)))
      }
    }

    private func create(_ scenario: Scenario, _ packages: [String], _ more: String...) async throws -> ProgramResult {
      let arguments = try await scenario.platformArguments() + packages.flatMap { ["-p", $0] } + more
      let result = try await scenario.start(arguments, limit: .seconds(600)).result()
      scenario.note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
      return result
    }

    /// `get packages` tells of all of them that they work, ApplicationSets included.
    private func listed(_ scenario: Scenario, count: Int) async throws {
      let result = try await scenario.idpbuilder("get", "packages", "--name", scenario.cluster, "-o", "json")
      let packages = try JSON.parse(result.output).elements
      #expect(packages.count > 10)
      for package in packages {
        #expect(package["Sync"] == "Synced" && package["Health"] == "Healthy", "\(package)")
      }
    }

    /// The ordinary git program reads every repository with the platform's certificate, and finds what was given.
    private func cloned(_ scenario: Scenario, _ client: KubernetesClient, _ shapes: PackageShapes) async throws {
      let password = try #require(try await scenario.secrets()["gitea-credential"]?["password"].stringValue)
      let certificate = try await scenario.idpbuilder("get", "certificate", "--name", scenario.cluster)
      try TextFile.write(scenario.folder + "/ca.pem", certificate.output)
      let records = try await client.list(
        Self.type("gitrepositories", "GitRepository"), namespace: "idpbuilder-\(scenario.cluster)"
      ).items.filter { $0["spec"]["source"]["type"] != "embedded" }
      #expect(records.count > 15)
      for record in records {
        let name = record["metadata"]["name"].stringValue ?? ""
        let url = record["status"]["externalGitRepositoryUrl"].stringValue ?? ""
        let folder = "\(scenario.folder)/clones/\(name.prefix(80))"
        let clone = try await scenario.git(["clone", "--quiet", url, folder], host: Self.host, password: password)
        #expect(clone.status == 0, "\(name): \(clone.transcript)")
        let head = try await scenario.program("git", "-C", folder, "rev-parse", "HEAD")
        #expect(head.output.hasPrefix(record["status"]["commit"]["hash"].stringValue ?? "none"), "\(name)")
      }
      let single = scenario.folder + "/clones/single-manifests"
      #expect(TextFile.read(single + "/bin/link") == "hidden\n")
      #expect((TextFile.mode(single + "/bin/run") ?? 0) & 0o111 == 0o111)
      let files = try await scenario.program("git", "-C", scenario.folder + "/clones/many-files", "ls-files")
      #expect(files.output.split(separator: "\n").count == 1000)
      let same = try await scenario.program(
        "cmp", shapes.folder.path + "/binary/files/large", scenario.folder + "/clones/binary-files/large")
      #expect(same.status == 0)
    }

    /// Others push to one repository and delete another, and nothing in the cluster tells of it.
    private func mended(_ scenario: Scenario) async throws {
      let password = try #require(try await scenario.secrets()["gitea-credential"]?["password"].stringValue)
      let folder = scenario.folder + "/clones/single-manifests"
      try TextFile.write(folder + "/foreign.txt", "foreign\n")
      for arguments in [
        ["add", "."], ["commit", "--quiet", "-m", "Foreign"], ["push", "--quiet", "origin", "HEAD"],
      ] {
        let result = try await scenario.git(["-C", folder] + arguments, host: Self.host, password: password)
        try #require(result.status == 0, "\(result.transcript)")
      }
      var configuration = Client.Configuration()
      configuration.trust = .pem(try #require(TextFile.read(scenario.folder + "/ca.pem")))
      configuration.connectTo[HostPort(Self.host, 8443)] = HostPort(scenario.loopback, 8443)
      let gitea = GiteaClient(
        url: "https://\(Self.host):8443", credentials: .password(username: "giteaAdmin", Secret(password)),
        client: Client(configuration))
      try await gitea.deleteRepository("idpbuilder-\(scenario.cluster)-many-files", of: "giteaAdmin")
    }

    /// What is not given any longer is named, and goes with `--prune`.
    private func removed(_ scenario: Scenario, _ client: KubernetesClient, keeping kept: [String]) async throws {
      let fewer = try await create(scenario, kept)
      #expect(fewer.status == 0, "\(fewer.transcript)")
      #expect(fewer.errors.contains("no longer given, but still there: Application several"), "\(fewer.transcript)")
      #expect(try await client.get(.configMaps, "several-one", namespace: "default") != nil)
      let pruned = try await create(scenario, kept, "--prune")
      #expect(pruned.status == 0, "\(pruned.transcript)")
      for name in ["several-one", "list-a", "remote-tag"] {
        // Applications that an ApplicationSet made go a moment after it.
        try await client.waitFor(
          ObjectReference(.configMaps, name, namespace: "default"), until: .gone, deadline: .after(.seconds(120)))
      }
      let left = try await client.list(
        Self.type("custompackages", "CustomPackage"), namespace: "idpbuilder-\(scenario.cluster)")
      #expect(left.items.map { $0["metadata"]["name"] } == ["app-single"])
    }
  }
}
