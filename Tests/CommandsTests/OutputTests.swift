import Diagnostics
import Documents
import Glibc
import Terminal
import Testing

@testable import Bootstrap
@testable import Commands
@testable import KindCluster

@Suite struct OutputTests {
  private let answer = GetClusters.Answer(clusters: [
    ClusterSummary(
      name: "localdev", status: "running", version: "v1.36.1", server: "https://127.0.0.1:41235",
      nodes: ["localdev-control-plane"]),
    ClusterSummary(
      name: "old", status: "stopped", version: nil, server: nil, nodes: ["old-control-plane", "old-worker"]),
  ])

  @Test("clusters as a table")
  func table() throws {
    let output = try Captured { try $0.print(answer, as: .table) }
    #expect(
      output.result == """
        NAME       STATUS    VERSION   API SERVER                NODES
        localdev   running   v1.36.1   https://127.0.0.1:41235   localdev-control-plane
        old        stopped                                       old-control-plane, old-worker

        """)
    #expect(output.rest == "")
  }

  @Test("clusters as JSON and YAML are the same value, in the documented order of fields")
  func values() throws {
    let json = try Captured { try $0.print(answer, as: .json) }.result
    let yaml = try Captured { try $0.print(answer, as: .yaml) }.result
    #expect(try JSON.parse(json) == answer.value)
    #expect(try YAML.parse(yaml).value == answer.value)
    #expect(answer.value[0].objectValue?.keys.map { $0 } == ["name", "status", "version", "server", "nodes"])
  }

  @Test("a full disk is a failure with its exit code")
  func full() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let console = Console(environment: [:], color: .never, output: Channel(descriptor: descriptor))
    let failure = #expect(throws: Failure.self) { try console.print("x") }
    #expect(failure?.status == .inputOutput)
  }

  /// A run of one step that is done and one that fails.
  private func run(_ events: EventSink) async throws {
    let plan = try Plan([
      Step("image", title: "node image", isSatisfied: { _ in .satisfied("present") }) { _ in nil },
      Step("node", title: "node", after: ["image"]) { context in
        context.warn("the engine is old")
        context.rollBack("removing node") {}
        throw Failure("no space left", status: .cannotCreate)
      },
    ])
    try await Runner(events: events).run(plan)
  }

  @Test("in a pipe, progress is plain lines on standard error and nothing on standard output")
  func plain() async throws {
    let output = try await Captured { console in
      _ = try? await ProgressReport(on: console, format: .text).following { try await run($0) }
    }
    #expect(output.result == "")
    #expect(output.rest == "✓ node image: present\n! the engine is old\n✗ node: no space left\n↶ removing node\n")
  }

  @Test("as JSON, each event is an object on a line of standard output, and the last one says how it ended")
  func json() async throws {
    let output = try await Captured { console in
      _ = try? await ProgressReport(on: console, format: .json).following { try await run($0) }
    }
    let events = try output.result.split(separator: "\n").map { try JSON.parse(String($0)) }
    #expect(
      events.compactMap(\.["event"].stringValue) == [
        "planned", "planned", "started", "finished", "started", "warning", "step-failed", "cleanup", "failed",
      ])
    #expect(events.allSatisfy { $0["elapsed"] != .null && $0["time"].stringValue?.hasSuffix("Z") == true })
    #expect(events[3]["step"] == "image" && events[3]["skipped"] == true && events[3]["detail"] == "present")
    #expect(events.last?["what"] == "node: no space left")
    #expect(events.last?["exitCode"] == 73)
    #expect(output.rest == "")
  }

  @Test("create ends with what to do next")
  func closing() {
    var outcome = CreateOutcome(name: "demo", context: "kind-demo", kubeconfig: "/k", wasComplete: false)
    #expect(
      Create.closing(outcome, after: .seconds(41), kubeconfig: nil)
        == "\nReady in 41 s.\n  cluster    kubectl --context kind-demo get pods -A\n")
    outcome.argoCDURL = "https://argocd.cnoe.localtest.me:8443"
    outcome.giteaURL = "https://gitea.cnoe.localtest.me:8443"
    #expect(
      Create.closing(outcome, after: .seconds(41), kubeconfig: nil) == """

        Ready in 41 s.
          Argo CD    https://argocd.cnoe.localtest.me:8443        admin
          Gitea      https://gitea.cnoe.localtest.me:8443         giteaAdmin
          passwords  idpbuilder get secrets --name demo
          cluster    kubectl --context kind-demo get pods -A

        """)
    outcome.wasComplete = true
    #expect(
      Create.closing(outcome, after: .seconds(1), kubeconfig: nil).hasPrefix("\nNothing to do: demo is complete.\n"))
  }

  @Test("a long address stays apart from the user's name, and kubectl is told of another kubeconfig")
  func closingOfOthers() {
    var outcome = CreateOutcome(name: "demo", context: "kind-demo", kubeconfig: "/k", wasComplete: false)
    outcome.argoCDURL = "https://argocd.platform.of-a-long-name.example.test:8443"
    outcome.giteaURL = "https://gitea.platform.of-a-long-name.example.test:8443"
    let lines = Create.closing(outcome, after: .seconds(1), kubeconfig: "my file").split(separator: "\n")
    #expect(lines.contains("  Argo CD    https://argocd.platform.of-a-long-name.example.test:8443  admin"))
    #expect(lines.contains("  Gitea      https://gitea.platform.of-a-long-name.example.test:8443   giteaAdmin"))
    #expect(lines.last == "  cluster    kubectl --context kind-demo --kubeconfig 'my file' get pods -A")
  }

  @Test("after a signal, the last line as JSON has the exit code of the program")
  func jsonInterrupted() async throws {
    let output = try await Captured { console in
      _ = console.interruption.receive(SIGTERM)
      _ = try? await ProgressReport(on: console, format: .json).following { _ in throw CancellationError() }
    }
    let last = try JSON.parse(output.result)
    #expect(last["event"] == "failed" && last["what"] == "interrupted" && last["exitCode"] == 143)
  }

  @Test("what fails after the run is the last line of JSON, too")
  func jsonAfterTheRun() async throws {
    let output = try await Captured { console in
      let report = ProgressReport(on: console, format: .json)
      try await report.following { _ in }
      _ = try? await report.ending { throw Failure("the watch broke", status: .unavailable) }
    }
    #expect(try JSON.parse(output.result)["exitCode"] == 69)
  }

  @Test("a status that is drawn in place fits the terminal, whatever is in it")
  func narrow() {
    var status = ClusterStatus(
      name: "demo",
      nodes: (1...30).map {
        .init(
          name: "demo-worker\($0)", role: "worker", state: "NotReady: a long reason 理由 of many words", isHealthy: false)
      })
    status.trouble = String(repeating: "words ", count: 40)
    let lines = status.lines(Palette(isOn: false), fitting: (columns: 40, lines: 12))
    #expect(lines.count == 11)
    #expect(lines.allSatisfy { $0.columns <= 40 })
    #expect(lines.last == "  … 22 more lines: the window is too sm…")
    #expect(status.lines(Palette(isOn: false)).count == 32)
  }

  @Test("prepared images have a column for their volumes only where it was asked for")
  func volumes() {
    let content = PreparedImage.Content(nodeImage: "n:1", nodeImageID: "i", architecture: "amd64", images: [:])
    let image = PreparedImage(id: "i", name: "p:1", volume: "v", content: content, size: 2_000_000, created: 0)
    let cached = [CachedImage(image: image, standing: .current, volumeSize: 3_000_000)]
    #expect(!CacheList.Answer(images: cached, hasVolumes: false).table.columns.contains("VOLUME"))
    let answer = CacheList.Answer(images: cached, hasVolumes: true)
    #expect(answer.table.rows == [["p:1", "n:1", "0", "2 MB", "3 MB", "1970-01-01T00:00:00Z", "current"]])
    #expect(answer.value[0]["volumeSize"] == 3_000_000)
  }

  @Test("snapshots have the same fields as JSON, whole or half-written")
  func snapshots() {
    let whole = Snapshot(
      name: "a", cluster: "c", key: nil, created: "2026-01-01T00:00:00Z", nodeImage: "n", version: "v", volume: "v1",
      size: 1, copied: 1, hasContainers: false, container: [:])
    let remnant = SnapshotStore.Remnant(kind: .volume, id: "v2", snapshot: "b", cluster: "c")
    let answer = SnapshotList.Answer(SnapshotStore.Contents(snapshots: [whole], remnants: [remnant]))
    let keys = answer.value.elements.map { Set($0.members.keys) }
    #expect(keys.count == 2 && keys.first == keys.last)
  }

  @Test("timings are a table in the order of starts, with what decided the total marked")
  func timings() {
    let timings = Timings([
      Event(at: .zero, .stepPlanned("a", title: "node image", after: [])),
      Event(at: .zero, .stepStarted("a")),
      Event(at: .seconds(2), .stepFinished("a", duration: .seconds(2), detail: nil, skipped: false)),
      Event(at: .seconds(2), .finished(total: .seconds(2))),
    ])
    #expect(
      timings.table.lines == [
        "STEP         START   TIME", "node image   0.0 s   2.0 s   *",
        "total                2.0 s   (* decided the total)",
      ])
  }
}

@Suite struct FailureAtTopTests {
  @Test("every error that arrives at the top has words and an exit code")
  func errors() {
    struct Strange: Error {}
    #expect(Failure(atTop: DeadlineExceeded(awaiting: "the node")).status == .timedOut)
    #expect(Failure(atTop: DeadlineExceeded(awaiting: "the node")).what == "timed out waiting for the node")
    #expect(Failure(atTop: CancellationError()).status == .interrupted)
    #expect(Failure(atTop: Strange()).status == .internalError)
  }

  @Test("the first signal decides the exit code, and only it is the first")
  func signals() {
    let interruption = Interruption()
    #expect(interruption.status == nil)
    #expect(interruption.receive(SIGTERM))
    #expect(!interruption.receive(SIGINT))
    #expect(interruption.status == .terminated)
    let other = Interruption()
    #expect(other.receive(SIGINT))
    #expect(other.status == .interrupted)
  }

  @Test("the first signal cancels, once, also when it came before there was anything to cancel")
  func cancels() async {
    await confirmation(expectedCount: 2) { cancelled in
      let interruption = Interruption()
      interruption.cancels { cancelled() }
      _ = interruption.receive(SIGINT)
      _ = interruption.receive(SIGINT)
      interruption.cancels { cancelled() }
    }
  }
}
