import Documents
import FoundationEssentials
import Glibc
import Harness
import Kubernetes
import Testing

extension Scenario {
  /// An image of this test's own, with nothing but a file in it; removed at the end.
  func tinyImage(_ name: String = "tiny", content: String = "1") async throws -> String {
    let image = "idpbuilder.localhost/it-\(identifier)-\(name):1"
    cleanUp { _ = try? await Docker().run(["rmi", "-f", image]) }
    let file = folder + "/\(name).txt"
    try TextFile.write(file, content)
    try #require(try await program("tar", "-C", folder, "-cf", folder + "/\(name).tar", "\(name).txt").status == 0)
    try await Docker().run(["import", folder + "/\(name).tar", image])
    return image
  }

  /// What `cache list` says about the images that were prepared of a node image.
  func cached(_ nodeImage: String) async throws -> [Value] {
    let result = try await idpbuilder("cache", "list", "-o", "json")
    try #require(result.status == 0, "\(result.transcript)")
    return try JSON.parse(result.output).elements.filter { $0["nodeImage"].stringValue == nodeImage }
  }

  /// Removes everything that was prepared of a node image with docker alone.
  func forget(_ nodeImage: String) async throws {
    for image in try await cached(nodeImage) { try await Docker().run(["rmi", "-f", image["id"].stringValue ?? ""]) }
  }

  /// The volumes that prepared images of this test name.
  func volumes(_ nodeImage: String) async throws -> [String] {
    try await cached(nodeImage).compactMap { $0["volume"].stringValue }
  }

  /// The containers in which images are prepared that belong to this test.
  func preparations(_ nodeImage: String) async throws -> [String] {
    try await Docker().run([
      "ps", "-aq", "--filter", "ancestor=\(nodeImage)", "--filter", "name=idpbuilder-preparation",
    ])
    .split(separator: "\n").map(String.init)
  }
}

extension Clusters {
  /// Node images with more images inside, made once and used again.
  @Suite("the prepared node image", .enabled(if: NodeImage.isStandIn, "the node images are the stand-in's"))
  struct Cache {
    @Test("a run that is ended after its image was made leaves alone what another one is making by then")
    func others() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        scenario.cleanUp { try? await scenario.forget(node) }
        let arguments = try await scenario.createArguments(image: node) + ["--preload", tiny]
        let program = try scenario.start(arguments, environment: ["XDG_RUNTIME_DIR": scenario.folder])
        try #require(await program.output { $0.contains("✓ prepared image") })
        // As another idpbuilder does: the lock, then a container that names it.
        let own = try #require(
          try FileManager.default.contentsOfDirectory(atPath: scenario.folder).first {
            $0.hasSuffix("-\(scenario.cluster).lock")
          })
        let path = "\(scenario.folder)/\(own.dropLast("\(scenario.cluster).lock".count))prepared-node.lock"
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let name = "\(scenario.cluster)-preparation"
        scenario.cleanUp { _ = try? await Docker().run(["rm", "-f", name]) }
        let owner = "idpbuilder.preparation.owner=\(ProcessInfo.processInfo.hostName):\(path)"
        try await Docker().run(["create", "--name", name, "--label", owner, node])
        program.signal(SIGINT)
        #expect(await program.result().status == 130)
        #expect(try await scenario.remains() == [])
        #expect(try await Docker().run(["ps", "-aq", "--filter", "name=\(name)"]) != "")
      }
    }

    @Test(
      "it is made by the first create and used by the next; deleted or outdated, it is made again; prune removes it")
    func life() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        let first = try await scenario.create("--preload", tiny, image: node)
        try #require(first.status == 0, "\(first.transcript)")
        #expect(first.errors.contains("✓ prepared image: 1 images inside"))
        let inside = try await Docker().run(["exec", "\(scenario.cluster)-control-plane", "crictl", "images"])
        #expect(inside.contains("it-\(scenario.identifier)-tiny"))
        #expect(try await scenario.cached(node).map { $0["state"] } == ["current"])
        #expect(try await scenario.preparations(node) == [])
        // Nodes start with copies of its volume, which are theirs alone.
        let prepared = try await scenario.volumes(node)
        let own = try await Docker().volumes(of: "\(scenario.cluster)-control-plane")
        #expect(prepared.count == 1 && own.count == 1 && Set(own).isDisjoint(with: prepared))

        let second = try await scenario.create("--preload", tiny, name: scenario.cluster + "-b", image: node)
        try #require(second.status == 0, "\(second.transcript)")
        #expect(second.errors.contains("✓ node image: prepared"))
        // A cluster was made from it.
        let kept = try await scenario.idpbuilder("cache", "prune", "--all", "--node-image", node)
        #expect(kept.errors.contains("Kept idpbuilder.localhost/prepared-node:"), "\(kept.transcript)")
        _ = try await scenario.idpbuilder("delete", "--name", scenario.cluster)
        _ = try await scenario.idpbuilder("delete", "--name", scenario.cluster + "-b")

        // Another image under the same name.
        _ = try await scenario.tinyImage(content: "2")
        let listed = try await scenario.cached(node)
        #expect(listed.map { $0["state"] } == ["stale"])
        let name = try #require(listed.first?["name"].stringValue)
        let rebuilt = try await scenario.idpbuilder("cache", "build", "--node-image", node, "--preload", tiny, "--only")
        try #require(rebuilt.status == 0, "\(rebuilt.transcript)")
        #expect(!rebuilt.output.contains(name))
        let old = try #require(listed.first?["volume"].stringValue)
        let pruned = try await scenario.idpbuilder("cache", "prune", "--node-image", node)
        #expect(pruned.errors.contains("Removed \(name)."), "\(pruned.transcript)")
        #expect(try await !Docker().volumes().contains(old))
        #expect(try await scenario.cached(node).map { $0["state"] } == ["current"])

        // Deleted behind our back.
        try await scenario.forget(node)
        let again = try await scenario.create("--preload", tiny, image: node)
        #expect(again.status == 0, "\(again.transcript)")
        #expect(try await scenario.cached(node).count == 1)

        // The volume alone.
        _ = try await scenario.idpbuilder("delete", "--name", scenario.cluster)
        let volume = try #require(try await scenario.volumes(node).first)
        try await Docker().run(["volume", "rm", volume])
        let last = try await scenario.create("--preload", tiny, image: node)
        #expect(last.status == 0, "\(last.transcript)")
        #expect(try await scenario.volumes(node) != [volume])
      }
    }

    @Test("workers start from it as well, each with a volume of its own")
    func workers() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        let file = scenario.folder + "/kind.yaml"
        try TextFile.write(
          file,
          "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane}, {role: worker}]\n")
        let created = try await scenario.create("--preload", tiny, "--kind-config", file, image: node)
        try #require(created.status == 0, "\(created.transcript)")
        var volumes: Set<String> = []
        for name in ["control-plane", "worker"] {
          let container = "\(scenario.cluster)-\(name)"
          let images = try await Docker().run(["exec", container, "crictl", "images"])
          #expect(images.contains("it-\(scenario.identifier)-tiny"))
          volumes.formUnion(try await Docker().volumes(of: container))
        }
        #expect(volumes.count == 2)
        #expect(try await scenario.idpbuilder("delete", "--name", scenario.cluster).status == 0)
        #expect(try await Docker().volumes().isDisjoint(with: volumes))
      }
    }

    @Test("killed in the middle, nothing half-made is used, and the next run clears away what was left")
    func killed() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        let arguments = ["cache", "build", "--node-image", node, "--preload", tiny, "--only"]
        let program = try scenario.start(arguments + ["-l", "debug"])
        // The engine has unpacked the images in the container.
        try #require(await program.output { $0.contains("/archive") })
        program.signal(9)
        _ = await program.result()
        #expect(try await scenario.preparations(node).count == 1)
        #expect(try await scenario.cached(node) == [])
        let again = try await scenario.start(arguments).result()
        #expect(again.status == 0, "\(again.transcript)")
        #expect(try await scenario.preparations(node) == [])
        #expect(try await scenario.cached(node).count == 1)
      }
    }

    @Test("interrupted, it takes back what it made")
    func interrupted() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        let program = try scenario.start(
          ["cache", "build", "--node-image", node, "--preload", tiny, "--only", "-l", "debug"])
        try #require(await program.output { $0.contains("/archive") })
        program.signal(2)
        #expect(await program.result().status == 130)
        #expect(try await scenario.preparations(node) == [])
      }
    }

    @Test("two that make the same one end with the same one")
    func two() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let tiny = try await scenario.tinyImage()
        let arguments = ["cache", "build", "--node-image", node, "--preload", tiny, "--only"]
        let programs = try [scenario.start(arguments), scenario.start(arguments)]
        var outputs: Set<String> = []
        for program in programs {
          let result = await program.result()
          #expect(result.status == 0, "\(result.transcript)")
          outputs.insert(result.output)
        }
        #expect(outputs.count == 1)
        #expect(try await scenario.cached(node).count == 1)
      }
    }

    @Test("what one image lacks is added to it, and the older one is superseded")
    func growing() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let (tiny, other) = (try await scenario.tinyImage(), try await scenario.tinyImage("other"))
        let only = ["cache", "build", "--node-image", node, "--only", "--preload", tiny]
        #expect(try await scenario.start(only).result().status == 0)
        #expect(try await scenario.start(only + ["--preload", other]).result().status == 0)
        let listed = try await scenario.cached(node)
        #expect(listed.map { $0["state"] } == ["current", "stale"])
        #expect(listed.first?["images"].elements.count == 2)
      }
    }

    @Test("an image that is not to be had is an error if the user named it, before a cluster is made")
    func missing() async throws {
      try await Scenario.run { scenario in
        let node = try await NodeImage.shared.own(scenario)
        let failed = try await scenario.create("--preload", "registry.invalid/none:1", image: node)
        #expect(failed.status != 0)
        #expect(failed.errors.contains("image registry.invalid/none:1, given with --preload, is not to be had"))
        #expect(try await scenario.remains() == [])
        #expect(try await scenario.preparations(node) == [])
      }
    }
  }
}
