import Diagnostics
import Documents
import FoundationEssentials
import Kubernetes
import Synchronization
import Testing

/// The client against any real API server: `IDPBUILDER_TEST_KUBECONFIG=<file>`.
@Suite(
  "A real API server",
  .enabled(if: ProcessInfo.processInfo.environment["IDPBUILDER_TEST_KUBECONFIG"] != nil, "needs a cluster"),
  .serialized, .timeLimit(.minutes(3)))
final class RealClusterTests {
  let client: KubernetesClient
  let namespace = "idpbuilder-test-\(UUID().uuidString.lowercased().prefix(8))"
  let soon = Deadline.after(.seconds(60))
  let warnings = WarningList()

  final class WarningList: Sendable {
    let texts = Mutex<[String]>([])
  }

  init() async throws {
    let path = ProcessInfo.processInfo.environment["IDPBUILDER_TEST_KUBECONFIG"]
    var options = KubernetesClient.Options()
    let warnings = warnings
    options.onWarning = { text in warnings.texts.withLock { $0.append(text) } }
    client = KubernetesClient(try KubeconfigPaths(explicit: path, environment: [:]).access(), options: options)
    try await client.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
  }

  private func withNamespace(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      try await client.delete(ObjectReference(.namespaces, namespace))
      throw error
    }
    try await client.delete(ObjectReference(.namespaces, namespace))
  }

  private func configMap(_ name: String, _ data: Value) -> Value {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": data,
    ]
  }

  @Test("an object is applied, read, patched, conflicted, replaced and deleted")
  func lifeCycle() async throws {
    try await withNamespace {
      let reference = ObjectReference(.configMaps, "a", namespace: namespace)
      #expect(try await client.get(reference) == nil)
      let made = try await client.apply(configMap("a", ["x": "1"]), fieldManager: "one", force: false)
      #expect(made["data"] == ["x": "1"])
      let conflict = await #expect(throws: APIStatusError.self) {
        try await self.client.apply(self.configMap("a", ["x": "2"]), fieldManager: "two", force: false)
      }
      #expect(conflict?.isConflict == true)
      #expect(conflict?.causes.first?.field == ".data.x")
      try await client.apply(configMap("a", ["x": "2"]), fieldManager: "two")
      try await client.patch(reference, .merge(["data": ["y": "3"]]))
      try await client.patch(reference, .json(JSONPatch([.add(["data", "z"], "4")])))
      try await client.patch(reference, .strategic(["metadata": ["labels": ["l": "5"]]]))
      var read = try #require(try await client.get(reference))
      #expect(read["data"] == ["x": "2", "y": "3", "z": "4"])
      let stale = read
      read["data"] = ["w": "5"]
      try await client.replace(read)
      let outdated = await #expect(throws: APIStatusError.self) { try await self.client.replace(stale) }
      #expect(outdated?.isConflict == true)
      let taken = await #expect(throws: APIStatusError.self) { try await self.client.create(self.configMap("a", [:])) }
      #expect(taken?.isAlreadyExists == true)
      let dry = try await client.apply(configMap("b", [:]), options: WriteOptions(dryRun: true))
      #expect(dry["metadata"]["name"] == "b")
      #expect(try await client.get(.configMaps, "b", namespace: namespace) == nil)
      let metadata = try await client.apply(configMap("a", ["v": "6"]), options: WriteOptions(metadataOnly: true))
      #expect(metadata["kind"] == "PartialObjectMetadata")
      let mismatch = await #expect(throws: APIStatusError.self) {
        try await self.client.delete(reference, uid: "other")
      }
      #expect(mismatch?.isConflict == true)
      #expect(try await client.delete(reference))
      #expect(try await client.delete(reference) == false)
    }
  }

  @Test("unknown fields are refused strictly, or dropped with a warning")
  func validation() async throws {
    try await withNamespace {
      var wrong = configMap("a", [:])
      wrong["spec"] = [:]
      let object = wrong
      let refusal = await #expect(throws: APIStatusError.self) { try await self.client.create(object) }
      #expect(refusal?.message.contains("unknown field \"spec\"") == true, "\(refusal?.message ?? "")")
      try await client.create(object, options: WriteOptions(strict: false))
      #expect(warnings.texts.withLock { $0 }.contains { $0.contains("unknown field \"spec\"") })
      let invalid = configMap("a", ["bad key": "x"])
      let error = await #expect(throws: APIStatusError.self) { try await self.client.apply(invalid) }
      #expect(error?.isInvalid == true)
      #expect(error?.causes.first?.field.hasPrefix("data") == true)
    }
  }

  @Test("lists come in pages, with selectors")
  func lists() async throws {
    try await withNamespace {
      for index in 0..<7 {
        var object = configMap("m\(index)", [:])
        object["metadata"]["labels"]["odd"] = .string(index % 2 == 1 ? "yes" : "no")
        try await client.create(object)
      }
      let all = try await client.list(.configMaps, namespace: namespace, labels: "odd", pageSize: 2)
      #expect(all.items.count == 7)
      #expect(all.items.first?["kind"] == "ConfigMap")
      #expect(try await client.list(.configMaps, namespace: namespace, labels: "odd=yes").items.count == 3)
      #expect(try await client.list(.configMaps, namespace: namespace, fields: "metadata.name=m3").items.count == 1)
    }
  }

  @Test("a watch tells of all that happens after its version")
  func watches() async throws {
    try await withNamespace {
      let start = try await client.list(.configMaps, namespace: namespace, labels: "w")
      var object = configMap("w", ["a": "1"])
      object["metadata"]["labels"] = ["w": "x"]
      try await client.create(object)
      try await client.patch(ObjectReference(.configMaps, "w", namespace: namespace), .merge(["data": ["a": "2"]]))
      try await client.delete(ObjectReference(.configMaps, "w", namespace: namespace))
      let events = client.watch(
        .configMaps, namespace: namespace, labels: "w", resourceVersion: start.resourceVersion, deadline: soon)
      var seen: [String] = []
      for try await event in events {
        switch event {
        case .snapshot: seen.append("snapshot")
        case .added: seen.append("added")
        case .modified(let object): seen.append("modified \(object["data"]["a"].stringValue ?? "")")
        case .deleted: seen.append("deleted")
        }
        if seen.count == 3 { break }
      }
      #expect(seen == ["added", "modified 2", "deleted"])
    }
  }

  @Test("a CRD is established, its kind found, and its objects written with status")
  func customResources() async throws {
    let group = "\(namespace).example.com"
    let definition: Value = [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("things.\(group)")],
      "spec": [
        "group": .string(group), "scope": "Namespaced",
        "names": ["plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
            "schema": [
              "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
            ],
          ]
        ],
      ],
    ]
    try await withNamespace {
      let thing: Value = [
        "apiVersion": .string("\(group)/v1"), "kind": "Thing",
        "metadata": ["name": "t", "namespace": .string(namespace)], "spec": ["n": 1],
      ]
      await #expect(throws: UnknownKindError.self) { try await self.client.apply(thing) }
      try await client.apply(definition)
      let reference = ObjectReference(.customResourceDefinitions, "things.\(group)")
      try await client.waitFor(reference, until: .established, deadline: soon)
      try await client.apply(thing)
      var status = thing
      status.removeValue(forKey: "spec")
      status["status"] = ["phase": "Fine"]
      let written = try await client.apply(status, subresource: "status")
      #expect(written["status"] == ["phase": "Fine"])
      #expect(written["spec"] == ["n": 1])
      #expect(try await client.delete(reference, propagation: .foreground))
      try await client.waitFor(reference, until: .gone, deadline: soon)
    }
  }

  @Test("a wait that is in vain says what was missing")
  func waitInVain() async throws {
    try await withNamespace {
      let deployment: Value = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": "d", "namespace": .string(namespace)],
        "spec": [
          "selector": ["matchLabels": ["app": "d"]],
          "template": [
            "metadata": ["labels": ["app": "d"]],
            "spec": ["containers": [["name": "c", "image": "localhost:1/none:none", "imagePullPolicy": "Never"]]],
          ],
        ],
      ]
      try await client.apply(deployment)
      let error = await #expect(throws: DeadlineExceeded.self) {
        try await self.client.waitFor(
          ObjectReference(.deployments, "d", namespace: self.namespace), until: .deploymentRolledOut,
          deadline: .after(.seconds(4)))
      }
      #expect(error?.awaited.hasPrefix("deployment.apps/d in namespace \(namespace): 0/1 ") == true)
      let pods = try await client.waitForAll(.pods, namespace: namespace, labels: "app=d", deadline: soon) { pods in
        let waiting = pods.first?["status"]["containerStatuses"][0]["state"]["waiting"]["reason"].stringValue
        return waiting == "ErrImageNeverPull" ? .ready : .pending(waiting ?? "no pod")
      }
      #expect(pods.count == 1)
    }
  }

  @Test("health, version, nodes and logs are read")
  func reading() async throws {
    try await withNamespace {
      #expect(try await client.rawGet("/readyz") == Array("ok".utf8))
      #expect(try await client.serverVersion().hasPrefix("v1."))
      let nodes = try await client.waitForAll(.nodes, deadline: soon) { nodes in
        nodes.isEmpty
          ? .pending("no nodes") : try nodes.map(Condition.nodeReady.evaluate).first { $0 != .ready } ?? .ready
      }
      #expect(!nodes.isEmpty)
      let pods = try await client.list(.pods, namespace: "kube-system", labels: "component=kube-apiserver").items
      let log = try await client.podLog(
        try #require(pods.first?["metadata"]["name"].stringValue), namespace: "kube-system", tailLines: 3)
      #expect(log.split(separator: "\n").count == 3)
    }
  }

  @Test("cancelling ends a watch at once")
  func cancellation() async throws {
    try await withNamespace {
      let client = client
      let namespace = namespace
      let (started, announce) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        for try await _ in client.watch(.configMaps, namespace: namespace) { announce.yield() }
      }
      for await _ in started { break }
      let before = ContinuousClock.now
      task.cancel()
      let result = await task.result
      #expect(throws: CancellationError.self) { try result.get() }
      #expect(ContinuousClock.now - before < .seconds(1))
    }
  }

  @Test("120 objects are applied at once in less than two seconds")
  func manyObjects() async throws {
    try await withNamespace {
      let objects = (0..<120).map { configMap("m\($0)", ["text": .string(String(repeating: "x", count: 4000))]) }
      let client = client
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, object) in objects.enumerated() {
          if index >= 8 { try await group.next() }
          group.addTask { try await client.apply(object, options: WriteOptions(metadataOnly: true)) }
        }
        try await group.waitForAll()
      }
      let elapsed = ContinuousClock.now - start
      #expect(elapsed < .seconds(2), "120 objects took \(elapsed)")
    }
  }
}
