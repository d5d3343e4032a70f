import Documents
import Harness
import Testing

extension Clusters {
  @Suite("failures and interruptions", .enabled(if: NodeImage.isStandIn, "the faults are the stand-in's"))
  struct Failures {
    private static let folderMark = "the node's logs are in "

    /// Where the message says that the logs are.
    private func evidence(_ result: ProgramResult) throws -> String {
      let range = try #require(result.errors.firstRange(of: Self.folderMark), "\(result.transcript)")
      return String(result.errors[range.upperBound...].prefix { !$0.isWhitespace && $0 != ";" })
    }

    @Test("a failed create names step and cause, saves the logs and leaves nothing")
    func failure() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.faulty("kubeadm-fails", #"{"kubeadm": "fail"}"#)
        let failed = try await scenario.create(image: image)
        #expect(failed.status != 0)
        #expect(failed.errors.contains("wait-control-plane"), "\(failed.transcript)")
        #expect(try await scenario.remains() == [])
        let folder = try evidence(failed)
        let logs = try await scenario.program("find", folder, "-type", "f", "-size", "+0")
        #expect(!logs.output.isEmpty)
        #expect(TextFile.mode("\(folder)/\(scenario.cluster)-control-plane") == 0o700, "logs may hold what pods print")
      }
    }

    @Test("with --retain the failed node stays, and delete removes it")
    func retain() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.faulty("kubeadm-fails", #"{"kubeadm": "fail"}"#)
        let failed = try await scenario.create("--retain", image: image)
        #expect(failed.status != 0)
        #expect(try await Docker().containers(cluster: scenario.cluster) == ["\(scenario.cluster)-control-plane"])
        #expect(try await scenario.idpbuilder("delete", "--name", scenario.cluster).status == 0)
        #expect(try await scenario.remains() == [])
      }
    }

    @Test("a node that ends while booting is reported with its last words")
    func deadNode() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.faulty("boot-ends", #"{"boot": "exit"}"#)
        let failed = try await scenario.create(image: image)
        #expect(failed.status == 78, "\(failed.transcript)")
        #expect(try await scenario.remains() == [])
      }
    }

    @Test("waiting ends with --wait, saying what was awaited")
    func patience() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.faulty("never-ready", #"{"ready": "never"}"#)
        let failed = try await scenario.create("--wait", "2s", image: image)
        #expect(failed.status == 75, "\(failed.transcript)")
        #expect(failed.duration < .seconds(60))
      }
    }

    /// A moment in the life of `create` at which it can be interrupted.
    struct Phase: Sendable, CustomTestStringConvertible {
      var name: String
      var faults: String
      /// A part of the engine event, or of our own output, that shows that the phase is reached.
      var engineEvent: String?
      var output: String?
      var testDescription: String { name }

      static let all = [
        Phase(name: "booting", faults: #"{"boot": "hang"}"#, engineEvent: " container start "),
        Phase(name: "initializing", faults: #"{"kubeadm": "hang"}"#, engineEvent: "exec_start: kubeadm init"),
        Phase(name: "waiting", faults: #"{"ready": "never"}"#, output: "✓ kubeconfig"),
      ]
    }

    @Test("Ctrl-C stops promptly and leaves nothing", arguments: Phase.all)
    func interruption(phase: Phase) async throws {
      try await Scenario.run("interruption-\(phase.name)") { scenario in
        let image = try await NodeImage.shared.faulty("hangs-\(phase.name)", phase.faults)
        let events = try await EngineEvents(cluster: scenario.cluster)
        let program = try scenario.start(try await scenario.createArguments(image: image))
        if let event = phase.engineEvent { try #require(await events.wait(for: event)) }
        if let output = phase.output { try #require(await program.output { $0.contains(output) }) }
        let volumes = try await Docker().volumes(of: "\(scenario.cluster)-control-plane")
        let begin = ContinuousClock.now
        program.signal(2)
        let result = await program.result()
        events.stop()
        scenario.note(result.transcript)
        #expect(result.status == 130)
        #expect(ContinuousClock.now - begin < .seconds(30))
        #expect(try await scenario.remains() == [])
        #expect(try await Docker().volumes().isDisjoint(with: volumes))
      }
    }

    @Test("Ctrl-C while the image is pulled stops promptly; SIGTERM has a code of its own")
    func pull() async throws {
      try await Scenario.run { scenario in
        let registry = try SilentServer()
        let arguments = try await scenario.createArguments(image: "127.0.0.1:\(registry.port)/kindest/node:v1.36.1")
        for (number, status) in [(Int32(2), Int32(130)), (15, 143)] {
          let program = try scenario.start(arguments)
          try #require(await program.output { $0.contains("Docker Engine") })
          program.signal(number)
          let result = await program.result()
          #expect(result.status == status, "\(result.transcript)")
          #expect(result.duration < .seconds(20))
        }
        #expect(try await scenario.remains() == [])
        withExtendedLifetime(registry) {}
      }
    }

    @Test("two creates of one cluster do not meet; after a kill the next create starts anew")
    func killed() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.faulty("hangs-initializing", #"{"kubeadm": "hang"}"#)
        let events = try await EngineEvents(cluster: scenario.cluster)
        let first = try scenario.start(try await scenario.createArguments(image: image))
        try #require(await events.wait(for: "exec_start: kubeadm init"))
        events.stop()
        let second = try await scenario.create()
        #expect(second.status == 73)
        #expect(second.errors.contains("another idpbuilder is at work on cluster"))
        first.signal(9)
        _ = await first.result()
        let third = try await scenario.create()
        #expect(third.status == 0, "\(third.transcript)")
      }
    }
  }
}
