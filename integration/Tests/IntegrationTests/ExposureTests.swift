import Documents
import Endurance
import Harness
import Kubernetes
import Testing

extension Clusters {
  /// docs/security.md says what these tests hold us to.
  @Suite("secrets and exposure", .enabled(if: NodeImage.isStandIn, "needs a platform in seconds"))
  struct Exposure {
    @Test("no secret is in any output, process, container, object, repository or file but the kubeconfig")
    func secrets() async throws {
      try await Scenario.run { scenario in
        let events = try await EngineEvents(cluster: scenario.cluster)
        let onlooker = Onlooker(folder: scenario.folder)
        let created = try await scenario.createPlatform("--log-level", "trace")
        try #require(created.status == 0, "\(created.transcript)")
        let again = try await scenario.createPlatform("--log-level", "trace", "--timings")
        try #require(again.status == 0, "\(again.transcript)")
        #expect(created.errors.contains("PATCH https://127.0.0.1"), "the log shows requests")
        events.stop()
        let seen = await onlooker.stop()
        // HOME and TMPDIR are the test's folder.
        let left = try await filesBelow(scenario.folder)

        let secrets = try await allSecrets(scenario)
        #expect(secrets.count > 10, "\(secrets.keys.sorted())")
        #expect(seen.looks > 10 && seen.processes.contains { $0.contains("create --name \(scenario.cluster)") })
        let node = "\(scenario.cluster)-control-plane"
        let temporary = seen.files.filter { !$0.key.hasPrefix(scenario.kubeconfig) }
        let places = [
          ("the output of create", created.output + created.errors),
          ("the output of the second create", again.output + again.errors),
          ("the commands run in the node", await events.transcript()),
          ("what the engine says of the node", try await Docker().run(["inspect", node])),
          ("a process's arguments or environment", seen.processes.joined(separator: "\n")),
          ("a temporary file", temporary.values.flatMap { $0 }.joined(separator: "\n")),
          ("an object that is no Secret", try await otherObjects(scenario)),
          ("a repository in Gitea", try await repositories(scenario)),
        ]
        for (place, text) in places {
          for (name, secret) in secrets where text.contains(secret) { Issue.record("\(name) is in \(place)") }
        }
        // What was made in it while create ran was for its owner alone, and is gone.
        #expect(seen.open == [:])
        #expect(left == [scenario.kubeconfig])
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
        // Settings that everybody has: the chart of Gitea keeps its configuration file in a Secret.
        if metadata["name"] == "my-gitea-inline-config" { continue }
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

    /// Everything in the cluster but its Secrets, as text.
    private func otherObjects(_ scenario: Scenario) async throws -> String {
      let client = try scenario.kubernetes()
      var text = ""
      for type in try await client.listableResourceTypes() where type.plural != "secrets" {
        for object in try await client.list(type).items { text += JSON.string(object) + "\n" }
      }
      try #require(text.contains("argocd-cm") && text.contains("\(scenario.cluster)-control-plane"))
      return text
    }

    /// Every version of every file in the platform's repositories, as git shows them.
    private func repositories(_ scenario: Scenario) async throws -> String {
      let host = "gitea.cnoe.localtest.me"
      _ = try await scenario.page("https://\(host):8443/", host: host)
      let password = try #require(try await scenario.secrets()["gitea-credential"]?["password"].stringValue)
      var text = ""
      for package in ["argocd", "gitea", "nginx"] {
        let place = "\(scenario.folder)/work-\(package)"
        let remote = "https://\(host):8443/giteaAdmin/idpbuilder-\(scenario.cluster)-\(package).git"
        let clone = try await scenario.git(["clone", "--quiet", remote, place], host: host, password: password)
        try #require(clone.status == 0, "\(clone.transcript)")
        let log = try await scenario.git(["-C", place, "log", "--all", "--patch"], host: host, password: password)
        try #require(log.output.contains("+kind: "), "\(log.transcript)")
        text += log.output
      }
      return text
    }

    private func filesBelow(_ place: String) async throws -> Set<String> {
      let result = try await Program.run("find", [place, "-type", "f"], environment: HarnessEnvironment.all)
      return Set(result.output.split(separator: "\n").map(String.init))
    }
  }
}
