import Harness
import Testing

@Suite("bad input", .enabled(if: HarnessEnvironment.binary != nil, "needs the idpbuilder binary"))
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    var message: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "one clear message with a remedy, and a documented exit code",
    arguments: [
      Case(arguments: ["create", "--name", "Bad_Name"], status: 64, message: "'Bad_Name' is not a cluster name"),
      Case(
        arguments: ["create", "--kube-version", "v1.2.3"], status: 64,
        message: "no node image is known for Kubernetes v1.2.3"),
      Case(arguments: ["create", "--no-such-option"], status: 64, message: "--no-such-option"),
      Case(arguments: ["no-such-command"], status: 64, message: "no-such-command"),
      Case(
        arguments: ["create", "--docker-host", "unix:///no/such.sock"], status: 69,
        message: "there is no container engine at unix:///no/such.sock"),
      Case(
        arguments: ["get", "clusters", "--docker-host", "tcp://127.0.0.1:1"], status: 69,
        message: "no container engine answers at tcp://127.0.0.1:1"),
    ])
  func refusal(refused: Case) async throws {
    try await Scenario.run { scenario in
      let program = try scenario.start(refused.arguments)
      let result = await program.result()
      scenario.note(result.transcript)
      #expect(result.status == refused.status, "\(result.transcript)")
      #expect(result.errors.contains(refused.message), "\(result.transcript)")
      #expect(result.output.isEmpty)
      #expect(!TextFile.exists(scenario.kubeconfig))
    }
  }

  @Test("help is laid out however narrow the terminal is said to be", arguments: ["0", "-1", "1", "26", "27", "x"])
  func narrow(columns: String) async throws {
    try await Scenario.run { scenario in
      for (arguments, status) in [(["--help"], Int32(0)), (["doctor", "--help"], 0), (["get"], 0), (["creat"], 64)] {
        let result = try await scenario.start(arguments, environment: ["COLUMNS": columns]).result()
        #expect(result.status == status, "\(arguments): \(result.transcript)")
      }
    }
  }

  @Test("version prints to standard output and nothing else")
  func version() async throws {
    try await Scenario.run { scenario in
      let result = try await scenario.idpbuilder("version")
      #expect(result.status == 0)
      #expect(!result.output.isEmpty)
      #expect(result.errors.isEmpty)
    }
  }

  @Test(
    "a result that cannot be printed, the output closed or its disk full, is an error",
    arguments: [">&-", ">/dev/full"])
  func outputRefused(redirection: String) async throws {
    let binary = try #require(HarnessEnvironment.binary)
    try await Scenario.run { scenario in
      let result = try await scenario.program(
        "/bin/sh", "-c", "exec \"$0\" version \(redirection)", binary, limit: .seconds(30))
      #expect(result.status == 74, "\(result.transcript)")
      #expect(result.errors.contains("the result cannot be written"), "\(result.transcript)")
    }
  }

  @Test("an engine that takes the connection and says nothing is given up")
  func silentEngine() async throws {
    try await Scenario.run { scenario in
      let engine = try SilentServer()
      let result = try await scenario.idpbuilder(
        "get", "clusters", "--docker-host", "tcp://127.0.0.1:\(engine.port)", limit: .seconds(90))
      #expect([69, 75].contains(result.status), "\(result.transcript)")
      #expect(result.errors.contains("did not answer"), "\(result.transcript)")
      #expect(result.duration < .seconds(40))
      withExtendedLifetime(engine) {}
    }
  }
}

extension Clusters {
  @Suite("bad input that needs an engine")
  struct BadInput {
    @Test("an image that cannot be pulled is named with the registry's answer")
    func image() async throws {
      try await Scenario.run { scenario in
        let result = try await scenario.create(image: "registry.invalid/kindest/node:v1.36.1")
        #expect(result.status != 0)
        #expect(result.errors.contains("registry.invalid/kindest/node:v1.36.1 cannot be pulled"))
        #expect(result.errors.contains("--node-image"))
        #expect(try await scenario.remains() == [])
      }
    }

    @Test("a port that is taken is named, and the node is removed again")
    func port() async throws {
      try await Scenario.run { scenario in
        let squatter = try SilentServer()
        let file = scenario.folder + "/kind.yaml"
        try TextFile.write(
          file, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking:\n  apiServerPort: \(squatter.port)\n")
        let result = try await scenario.create("--kind-config", file)
        #expect(result.status == 73, "\(result.transcript)")
        #expect(result.errors.contains(":\(squatter.port)"))
        #expect(result.errors.contains("ss -ltnp"))
        #expect(try await scenario.remains() == [])
        withExtendedLifetime(squatter) {}
      }
    }

    @Test("a container of somebody else that has the node's name is named, and left alone")
    func name() async throws {
      try await Scenario.run { scenario in
        let node = "\(scenario.cluster)-control-plane"
        scenario.cleanUp { _ = try? await Docker().run(["rm", "-fv", node]) }
        try await Docker().run(["create", "--name", node, try await NodeImage.shared.reference()])
        let result = try await scenario.create()
        #expect(result.status == 73, "\(result.transcript)")
        #expect(result.errors.contains("the name is taken") && result.errors.contains("docker rm -f \(node)"))
        #expect(await Docker().identifier(of: node) != nil)
      }
    }

    @Test("a kubeconfig that cannot be parsed is named and left as it is, before anything is made")
    func unparsable() async throws {
      try await Scenario.run { scenario in
        let text = "{ not: [yaml"
        try TextFile.write(scenario.kubeconfig, text, mode: 0o600)
        let result = try await scenario.create()
        #expect(result.status == 65)
        #expect(result.errors.contains(scenario.kubeconfig))
        #expect(TextFile.read(scenario.kubeconfig) == text)
        #expect(try await Docker().containers(cluster: scenario.cluster) == [])
      }
    }

    @Test("a kubeconfig that a person wrote keeps its other content, through create and delete")
    func handEdited() async throws {
      try await Scenario.run { scenario in
        let text = """
          apiVersion: v1
          kind: Config
          current-context: mine
          clusters:
          - name: mine
            cluster: {server: "https://mine.example:6443", x-note: kept}
          contexts:
          - name: mine
            context: {cluster: mine, user: mine, namespace: work}
          users:
          - name: mine
            user: {token: secret}
          extensions:
          - name: tool
            extension: {a: 1}

          """
        try TextFile.write(scenario.kubeconfig, text, mode: 0o600)
        try #require(try await scenario.create().status == 0)
        let merged = TextFile.read(scenario.kubeconfig) ?? ""
        for word in [
          "https://mine.example:6443", "x-note", "namespace: work", "extension",
          "current-context: kind-\(scenario.cluster)",
        ] {
          #expect(merged.contains(word), "\(word)")
        }
        try #require(try await scenario.idpbuilder("delete", "--name", scenario.cluster).status == 0)
        let cleaned = TextFile.read(scenario.kubeconfig) ?? ""
        #expect(cleaned.contains("https://mine.example:6443") && cleaned.contains("x-note"))
        #expect(!cleaned.contains(scenario.cluster))
      }
    }
  }
}
