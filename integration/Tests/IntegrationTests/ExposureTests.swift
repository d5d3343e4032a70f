import Documents
import Endurance
import Harness
import Kubernetes
import Testing

extension Clusters {
  /// docs/security.md says what these tests hold us to.
  @Suite("secrets and exposure", .enabled(if: NodeImage.isStandIn, "needs a platform in seconds"))
  struct Exposure {
    @Test("no secret is in any output, command line, container description or file but the kubeconfig")
    func secrets() async throws {
      try await Scenario.run { scenario in
        let events = try await EngineEvents(cluster: scenario.cluster)
        let created = try await scenario.createPlatform("--log-level", "debug")
        try #require(created.status == 0, "\(created.transcript)")
        let again = try await scenario.createPlatform("--log-level", "debug", "--timings")
        try #require(again.status == 0, "\(again.transcript)")
        #expect(created.errors.contains("PATCH https://127.0.0.1"), "the log shows requests")
        events.stop()

        let secrets = try await allSecrets(scenario)
        #expect(secrets.count > 10, "\(secrets.keys.sorted())")
        let node = "\(scenario.cluster)-control-plane"
        let places = [
          ("the output of create", created.output + created.errors),
          ("the output of the second create", again.output + again.errors),
          ("the commands run in the node", await events.transcript()),
          ("what the engine says of the node", try await Docker().run(["inspect", node])),
        ]
        for (place, text) in places {
          for (name, secret) in secrets where text.contains(secret) { Issue.record("\(name) is in \(place)") }
        }
        // Temporary files: the test's HOME and TMPDIR are its folder.
        let files = try await filesBelow(scenario.folder)
        #expect(files.subtracting([scenario.kubeconfig]).filter { !$0.hasSuffix("/log") } == [])
        let elsewhere = try await filesBelow("/tmp").filter { $0.contains(scenario.cluster) }
        #expect(elsewhere.filter { !$0.hasPrefix(scenario.folder) } == [])
        #expect(TextFile.mode(scenario.kubeconfig) == 0o600)
      }
    }

    @Test("every port of the node is published on loopback unless another address is asked for")
    func loopback() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.create().status == 0)
        let node = "\(scenario.cluster)-control-plane"
        let container = try JSON.parse(try await Docker().run(["inspect", node]))[0]
        let bindings = container["NetworkSettings"]["Ports"].members.flatMap { $0.value.elements }
        #expect(!bindings.isEmpty)
        for binding in bindings {
          #expect(binding["HostIp"].stringValue?.hasPrefix("127.") == true, "\(binding)")
        }
      }
    }

    /// Every value of every Secret, and the keys of the kubeconfigs, by where they are from; also in base64.
    private func allSecrets(_ scenario: Scenario) async throws -> [String: String] {
      var found: [String: String] = [:]
      // What everybody may know: certificates, names, addresses.
      let open: Set<String> = ["tls.crt", "ca.crt", "ca", "cert", "username", "type", "url", "name", "project"]
      for secret in try await scenario.kubernetes().list(.secrets).items {
        let metadata = secret["metadata"]
        for (key, value) in secret["data"].members where !open.contains(key) {
          guard let encoded = value.stringValue, let text = Base64.decodeText(encoded), text.utf8.count >= 8 else {
            continue
          }
          let name = "\(metadata["namespace"].stringValue ?? "")/\(metadata["name"].stringValue ?? "") \(key)"
          found[name] = text
          found[name + " in base64"] = encoded
        }
      }
      let kubeconfig = try YAML.parseAll(TextFile.read(scenario.kubeconfig) ?? "").first?.value ?? .null
      let key = try #require(kubeconfig["users"][0]["user"]["client-key-data"].stringValue)
      found["the key of the kubeconfig in base64"] = key
      // A line of it is enough to recognize the key itself.
      let lines = (Base64.decodeText(key) ?? "").split(separator: "\n").filter { !$0.hasPrefix("-") }
      found["the key of the kubeconfig"] = lines.first.map(String.init)
      return found
    }

    private func filesBelow(_ place: String) async throws -> Set<String> {
      let result = try await Program.run("find", [place, "-type", "f"], environment: HarnessEnvironment.all)
      return Set(result.output.split(separator: "\n").map(String.init))
    }
  }
}
