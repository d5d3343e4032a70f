import Documents
import Harness
import Kubernetes
import Testing

extension Clusters {
  /// Everything a machine without network needs, in one file.
  @Suite("a bundle", .enabled(if: NodeImage.isStandIn, "the node images are the stand-in's"))
  struct Bundles {
    private static let applications = ResourceType(
      group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")

    /// A node without network that has the platform's images, as a stand-in has them, and nothing else.
    private static func offlineNode(_ scenario: Scenario) async throws -> String {
      let preview = try await scenario.idpbuilder("create", "--dry-run", "-o", "json")
      let objects = try JSON.parse(preview.output)["objects"].elements
      let pods = objects.map { $0["spec"]["template"]["spec"] }
      let images = Set(
        pods.flatMap { $0["initContainers"].elements + $0["containers"].elements }
          .compactMap { $0["image"].stringValue })
      try #require(images.count > 3)
      return try await NodeImage.shared.own(
        scenario,
        files: [
          "/kind/stand-in-faults.json": #"{"registry": "unreachable"}"#,
          "/var/lib/stand-in/images.json": JSON.string(
            .array(images.sorted().enumerated().map { ["id": "sha256:\($0.offset)", "tags": [.string($0.element)]] })),
        ])
    }

    private static func package(_ scenario: Scenario, image: String) throws -> String {
      let directory = scenario.folder + "/my-package"
      TextFile.makeFolder(directory + "/manifests")
      try TextFile.write(
        directory + "/app.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: mine, namespace: argocd}
        spec:
          destination: {server: "https://kubernetes.default.svc", namespace: mine}
          project: default
          source: {repoURL: "cnoe://manifests", targetRevision: HEAD, path: "."}
          syncPolicy: {automated: {selfHeal: true}, syncOptions: [CreateNamespace=true]}

        """)
      try TextFile.write(
        directory + "/manifests/deployment.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: mine, namespace: mine}
        spec:
          selector: {matchLabels: {app: mine}}
          template:
            metadata: {labels: {app: mine}}
            spec: {containers: [{name: mine, image: "\(image)"}]}

        """)
      return directory
    }

    @Test("saved, the engine wiped, loaded: create needs no registry, and the packages come along")
    func offline() async throws {
      try await Scenario.run { scenario in
        let node = try await Self.offlineNode(scenario)
        let tiny = try await scenario.tinyImage()
        let package = try Self.package(scenario, image: tiny)
        let bundle = scenario.folder + "/platform.tar"
        let saved = try await scenario.idpbuilder("bundle", "save", bundle, "--node-image", node, "-p", package)
        try #require(saved.status == 0, "\(saved.transcript)")
        #expect(!TextFile.exists(bundle + ".partial"))
        #expect(TextFile.mode(bundle) == 0o600)
        // Any tar reads it.
        let members = try await scenario.program("tar", "-tf", bundle)
        #expect(members.output == "image.tar\npackages.tar\nmanifest.json\nmanifest.sha256\n", "\(members.transcript)")

        try await scenario.forget(node)
        try await Docker().run(["rmi", node, tiny])
        #expect(try await scenario.program("rm", "-r", package).status == 0)
        let packages = scenario.folder + "/unpacked"
        let loaded = try await scenario.idpbuilder("bundle", "load", bundle, "--packages", packages)
        try #require(loaded.status == 0, "\(loaded.transcript)")
        #expect(loaded.output.contains("create --node-image \(node) -p \(packages)/1-my-package"))
        #expect(try await scenario.cached(node).map { $0["state"] } == ["current"])
        let occupied = try await scenario.idpbuilder("bundle", "load", bundle, "--packages", packages)
        #expect(occupied.status == 73 && occupied.errors.contains("is not empty"), "\(occupied.transcript)")

        let arguments = ["create", "--name", scenario.cluster, "--node-image", node]
        let created = try await scenario.start(
          arguments + ["--listen-address", scenario.loopback, "-p", packages + "/1-my-package"], limit: .seconds(600)
        ).result()
        try #require(created.status == 0, "\(created.transcript)")
        #expect(created.errors.contains("✓ node image: prepared"))
        let application = try await scenario.kubernetes().get(Self.applications, "mine", namespace: "argocd")
        #expect(application?["status"]["health"]["status"] == "Healthy")
        let deployment = try await scenario.kubernetes().get(.deployments, "mine", namespace: "mine")
        #expect(deployment?["status"]["readyReplicas"] == 1)
      }
    }

    @Test("an image that is not to be had is named in one warning, and everything else goes on")
    func unavailable() async throws {
      try await Scenario.run { scenario in
        let node = try await Self.offlineNode(scenario)
        let package = try Self.package(scenario, image: "registry.invalid/none:1")
        let created = try await scenario.start(
          [
            "create", "--name", scenario.cluster, "--node-image", node, "--listen-address", scenario.loopback, "-p",
            package, "--no-wait-packages",
          ], limit: .seconds(600)
        ).result()
        try #require(created.status == 0, "\(created.transcript)")
        let warnings = created.errors.split(separator: "\n").filter {
          $0.hasPrefix("!") && $0.contains("registry.invalid")
        }
        #expect(warnings.count == 1, "\(created.transcript)")
        #expect(try await scenario.cached(node).first?["images"].elements.contains("registry.invalid/none:1") == false)
        // Not what a bundle promises.
        let bundle = scenario.folder + "/b.tar"
        let refused = try await scenario.idpbuilder("bundle", "save", bundle, "--node-image", node, "-p", package)
        #expect(refused.status == 66 && refused.errors.contains("registry.invalid/none:1"), "\(refused.transcript)")
        #expect(!TextFile.exists(bundle) && !TextFile.exists(bundle + ".partial"))
      }
    }

    @Test("a file that is cut off or altered is refused with the member's name, and nothing of it is loaded")
    func damaged() async throws {
      try await Scenario.run { scenario in
        let node = try await Self.offlineNode(scenario)
        let package = try Self.package(scenario, image: try await scenario.tinyImage())
        let bundle = scenario.folder + "/platform.tar"
        let saved = try await scenario.idpbuilder("bundle", "save", bundle, "--node-image", node, "-p", package)
        try #require(saved.status == 0, "\(saved.transcript)")
        try await scenario.forget(node)
        let packages = scenario.folder + "/unpacked"
        // Bytes of the archive: the end of it, in the middle of the image, behind the image's header, the manifest.
        let size = try await scenario.program("stat", "-c", "%s", bundle).output.filter(\.isNumber)
        let whole = try #require(Int(size))
        let text = try await scenario.program("grep", "-abo", "\"nodeImage\"", bundle).output
        let manifest = try #require(Int(text.split(separator: "\n").last?.split(separator: ":").first ?? ""))
        let cases: [(script: String, message: String)] = [
          ("truncate -s 700 $1", "it ends in image.tar"), ("truncate -s \(whole / 2) $1", "it ends in image.tar"),
          ("truncate -s \(whole - 1024) $1", "it ends behind manifest.sha256"),
          ("printf x | dd of=$1 bs=1 seek=\(whole / 2) conv=notrunc", "image.tar does not have its checksum"),
          ("printf x | dd of=$1 bs=1 seek=\(manifest + 2) conv=notrunc", "manifest.json does not have its checksum"),
          ("printf x | dd of=$1 bs=1 seek=130 conv=notrunc", "is not a bundle of idpbuilder"),
        ]
        for (script, message) in cases {
          let copy = scenario.folder + "/copy.tar"
          let made = try await scenario.program("bash", "-c", "cp \(bundle) $1 && \(script)", "damage", copy)
          try #require(made.status == 0, "\(made.transcript)")
          let refused = try await scenario.idpbuilder("bundle", "load", copy, "--packages", packages)
          #expect(refused.status == 65, "\(script): \(refused.transcript)")
          #expect(refused.errors.contains(message), "\(script): \(refused.transcript)")
        }
        #expect(try await scenario.cached(node) == [])
        #expect(!TextFile.exists(packages))
      }
    }
  }
}
