import Diagnostics
import Documents
import Testing

@testable import KindCluster

@Suite("Snapshots")
struct SnapshotTests {
  static let snapshot = Snapshot(
    name: "base", cluster: "localdev", key: "0a1b", created: "2026-08-21T10:15:00Z", nodeImage: "kindest/node:v1.36.1",
    version: "v1.36.1", volume: "idpbuilder-snapshot-localdev-base-0a1b2c3d", size: 3_400_000_000, copied: 240_000_000,
    hasContainers: false, container: ["Hostname": "localdev-control-plane", "HostConfig": ["Privileged": true]])

  static func listed(_ snapshot: Snapshot, tags: Value? = nil) -> Value {
    [
      "Id": "sha256:1234", "Labels": Value(snapshot.labels),
      "RepoTags": tags ?? [.string("\(Snapshot.repository):\(snapshot.cluster)_\(snapshot.name)")],
    ]
  }

  @Test("what its image's labels say is what was saved")
  func labels() throws {
    var expected = Self.snapshot
    expected.image = "sha256:1234"
    #expect(try #require(Snapshot(listed: Self.listed(Self.snapshot))) == expected)
    var unknown = expected
    unknown.key = nil
    #expect(try #require(Snapshot(listed: Self.listed(unknown))) == unknown)
  }

  @Test("an image without its name, of another form or with broken labels is none")
  func others() throws {
    #expect(Snapshot(listed: Self.listed(Self.snapshot, tags: .null)) == nil)
    #expect(Snapshot(listed: Self.listed(Self.snapshot, tags: ["<none>:<none>"])) == nil)
    for (field, value) in [("format", "2"), ("size", "much"), ("container", "{")] {
      var image = Self.listed(Self.snapshot)
      image["Labels"]["idpbuilder.snapshot.\(field)"] = .string(value)
      #expect(Snapshot(listed: image) == nil, "\(field)")
    }
  }

  @Test("a volume that no image names is half-written; a snapshot whose volume is gone is damaged")
  func matching() throws {
    let volume: Value = ["Name": .string(Self.snapshot.volume), "Labels": ["idpbuilder.snapshot": "base"]]
    let half: Value = [
      "Name": "half", "Labels": ["idpbuilder.snapshot": "next", "idpbuilder.snapshot.cluster": "localdev"],
    ]
    let both = SnapshotStore.contents(images: [Self.listed(Self.snapshot)], volumes: [volume, half])
    #expect(both.snapshots.map(\.damage) == [nil])
    #expect(both.remnants.map(\.id) == ["half"])
    #expect(both.remnants.first?.snapshot == "next")

    let damaged = SnapshotStore.contents(images: [Self.listed(Self.snapshot)], volumes: [])
    #expect(damaged.snapshots.first?.damage?.contains(Self.snapshot.volume) == true)

    // Its name went to a newer one.
    let replaced = SnapshotStore.contents(images: [Self.listed(Self.snapshot, tags: .null)], volumes: [volume])
    #expect(replaced.snapshots.isEmpty)
    #expect(Set(replaced.remnants.map(\.kind)) == [.image, .volume])
  }

  @Test("the newest comes first")
  func order() {
    var later = Self.snapshot
    (later.name, later.created) = ("after", "2026-08-22T00:00:00Z")
    let images = [Self.listed(Self.snapshot), Self.listed(later)]
    #expect(SnapshotStore.contents(images: images, volumes: []).snapshots.map(\.name) == ["after", "base"])
  }

  @Test("names become tags and volumes, so they have few characters", arguments: ["base", "a", "v1.2-rc.1", "0"])
  func names(_ name: String) throws {
    #expect(try SnapshotName(name).text == name)
  }

  @Test(
    "other names are refused",
    arguments: ["", "Base", "a_b", "-a", "a.", "a/b", "a:b", "ä", String(repeating: "a", count: 64)])
  func badNames(_ name: String) {
    #expect(throws: Failure.self) { try SnapshotName(name) }
  }

  @Test("a snapshot without a name gets one made of the time")
  func timeName() throws {
    #expect(try SnapshotName(savedAt: "2026-08-21T10:15:07Z").text == "20260821-101507")
  }
}

@Suite("Containers of restored nodes")
struct RestoredContainerTests {
  private let container: Value = [
    "Config": [
      "Hostname": "a-control-plane", "Tty": true, "Env": ["KUBECONFIG=/etc/kubernetes/admin.conf"],
      "Labels": ["io.x-k8s.kind.cluster": "a"], "Volumes": ["/var": [:]], "Image": "node",
    ],
    "HostConfig": [
      "Privileged": true, "NetworkMode": "kind", "Memory": 0,
      "PortBindings": ["6443/tcp": [["HostIp": "127.0.0.1", "HostPort": "4711"]]],
      "Mounts": [["Type": "volume", "Target": "/var"], ["Type": "bind", "Target": "/data", "Source": "/srv"]],
    ],
  ]

  @Test("a request like a container has what makes it a node, and neither image nor volume")
  func likeness() {
    let request = NodeContainer.request(likeOf: container)
    #expect(request["Labels"]["io.x-k8s.kind.cluster"] == "a")
    #expect(request["HostConfig"]["Privileged"] == true)
    #expect(request["Image"].isNull && request["Volumes"].isNull && request["HostConfig"]["Memory"].isNull)
    #expect(request["HostConfig"]["Mounts"].elements.map { $0["Target"] } == ["/data"])
    #expect(NodeContainer.apiServerBinding(request)?.port == 4711)
  }

  @Test("what Podman says of a node leads to the same request: the volume is one of its binds, the network a bridge")
  func likenessOfPodman() {
    var container = container
    container["HostConfig"]["Binds"] = ["/lib/modules:/lib/modules:ro,rbind", "75acd7b4:/var:rprivate,rbind"]
    container["HostConfig"]["NetworkMode"] = "bridge"
    let request = NodeContainer.request(likeOf: container)
    #expect(request["HostConfig"]["Binds"] == ["/lib/modules:/lib/modules:ro,rbind"])
    #expect(request["HostConfig"]["NetworkMode"] == "kind")
  }

  @Test("a restored node has an empty volume of its own, and no proxy of the saved node")
  func restored() {
    let request = NodeContainer.request(
      NodeContainer.request(likeOf: container), from: "sha256:1234",
      inherited: ["HTTP_PROXY=http://old:3128", "no_proxy=a", "PATH=/bin"])
    #expect(request["Image"] == "sha256:1234")
    let volume = request["HostConfig"]["Mounts"].elements.first { $0["Target"] == "/var" }
    #expect(volume?["VolumeOptions"]["NoCopy"] == true)
    #expect(volume?["Source"].isNull == true)
    #expect(
      request["Env"].elements.compactMap(\.stringValue) == [
        "KUBECONFIG=/etc/kubernetes/admin.conf", "HTTP_PROXY=", "no_proxy=",
      ])
  }
}
