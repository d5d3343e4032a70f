import Documents
import Harness
import Kubernetes
import Testing

extension Clusters {
  @Suite("status and logs export")
  struct Looking {
    @Test("status shows a platform on one screen, follows what happens to it, and tells scripts")
    func status() async throws {
      try await Scenario.run { scenario in
        let missing = try await scenario.idpbuilder("status", "--name", scenario.cluster)
        #expect(missing.status == 66)
        try #require(try await scenario.createPlatform().status == 0)
        let shown = try await scenario.idpbuilder("status", "--name", scenario.cluster)
        #expect(shown.status == 0, "\(shown.transcript)")
        for text in [
          "Cluster \(scenario.cluster): healthy", "\(scenario.cluster)-control-plane  Ready", "argocd", "gitea",
          "ingress-nginx", "days left", "https://gitea.cnoe.localtest.me:8443",
        ] { #expect(shown.output.contains(text), "\(text)") }
        let value = try JSON.parse(
          try await scenario.idpbuilder("status", "--name", scenario.cluster, "-o", "json").output)
        #expect(value["healthy"] == true)
        #expect(value["platform"]["components"].elements.count == 3)

        // What happens meanwhile is seen: a component breaks, then the node is stopped.
        let watch = try scenario.start(["status", "--name", scenario.cluster, "--watch", "-o", "json"])
        scenario.cleanUp { watch.signal(9) }
        try #require(await watch.output { $0.contains(#""healthy":true"#) })
        // One whose reader goes away after the first line.
        let binary = try #require(HarnessEnvironment.binary)
        let piped = try Program(
          "sh", ["-c", #""$0" status --name "$1" --watch -o json | head -n 1"#, binary, scenario.cluster],
          environment: scenario.environment, limit: .seconds(120))
        try #require(await piped.output { $0.contains(#""healthy":true"#) })
        let client = try scenario.kubernetes()
        try await client.patch(
          ObjectReference(.deployments, "my-gitea", namespace: "gitea"),
          .merge([
            "spec": ["template": ["metadata": ["annotations": ["x": "y"]], "spec": ["nodeSelector": ["a": "b"]]]]
          ]))
        #expect(await watch.output { $0.contains("my-gitea 0/1 ready") })
        try await Docker().run(["stop", "-t", "1", "\(scenario.cluster)-control-plane"])
        #expect(await watch.output { $0.contains(#""state":"exited""#) })
        #expect(await !piped.result().ranOutOfTime)
        watch.signal(2)
        #expect(await watch.result().status == 130)

        let stopped = try await scenario.idpbuilder("status", "--name", scenario.cluster)
        #expect(stopped.status == 78)
        #expect(stopped.output.contains("exited"))
        #expect(stopped.errors.contains("idpbuilder doctor --name \(scenario.cluster)"))
      }
    }

    @Test("no secret gets into exported logs, wherever it was printed; everything else does, for the owner alone")
    func export() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.createPlatform().status == 0)
        let client = try scenario.kubernetes()
        let node = "\(scenario.cluster)-control-plane"
        // Secrets of a user, and what careless programs do with them.
        let planted = "correct-horse-battery-7301"
        let key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wPLANTED"
        let unknown = "known-to-nobody-4711"
        _ = try await client.create([
          "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "mine", "namespace": "default"],
          "data": [
            "password": .string(Base64.encode(planted)),
            "tls.key": .string(Base64.encode("-----BEGIN PRIVATE KEY-----\n\(key)\n-----END PRIVATE KEY-----\n")),
          ],
        ])
        _ = try await client.create([
          "apiVersion": "v1", "kind": "ConfigMap",
          "metadata": [
            "name": "copy", "namespace": "default",
            "annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(unknown), "kept": "marker-1"],
          ],
          "data": [
            "plain": .string("password is \(planted)!"), "basic": .string(Base64.encode("user:\(planted)")),
            "pem": .string("x\n\(key)\n"), "apiToken": .string(unknown),
            "url": .string("https://me:\(unknown)@example.org/"),
          ],
        ])
        let gitea = try await client.list(.pods, namespace: "gitea").items
        let pod = try #require(gitea.first?["metadata"]["name"].stringValue)
        try await client.patch(
          ObjectReference(.pods, pod, namespace: "gitea"),
          .merge(["metadata": ["annotations": ["stand-in/log": .string("marker-2 login with \(planted)")]]]))
        try await Docker().run(["exec", node, "sh", "-c", "echo marker-3 \(planted) > /proc/1/fd/1"])
        let passwords = try await scenario.secrets().values.compactMap { $0["password"].stringValue }
        #expect(passwords.count == 2)

        let place = scenario.folder + "/logs"
        let exported = try await scenario.idpbuilder("logs", "export", place, "--name", scenario.cluster)
        #expect(exported.status == 0, "\(exported.transcript)")
        #expect(exported.output == "\(place)\n")
        let files = try await Program.run("find", [place, "-type", "f"], environment: HarnessEnvironment.all)
          .output.split(separator: "\n").map(String.init)
        let texts = Dictionary(uniqueKeysWithValues: files.map { ($0, TextFile.read($0) ?? "") })
        for secret in [planted, Base64.encode(planted), key, unknown] + passwords {
          for (file, text) in texts { #expect(!text.contains(secret), "\(file)") }
          #expect(!exported.transcript.contains(secret))
        }
        #expect(!texts.values.contains { $0.contains(Base64.encode("user:\(planted)")) })
        // And what a report needs is there.
        func text(_ name: String) -> String { texts["\(place)/\(name)"] ?? "" }
        #expect(text("objects/configmaps.yaml").contains("marker-1"))
        #expect(text("pods/gitea/\(pod)/gitea.log").contains("marker-2"), "\(files)")
        #expect(text("\(node)/serial.log").contains("marker-3"))
        #expect(text("objects/secrets.yaml").contains("name: mine"))
        #expect(text("objects/applications.argoproj.io.yaml").contains("kind: Application"))
        #expect(text("docker-info.txt").contains("ServerVersion"))
        #expect(text("\(node)/inspect.json").contains(node))
        #expect(try JSON.parse(text("doctor.json"))["checks"].elements.count > 5)
        #expect(!text("idpbuilder-version.txt").isEmpty)
        #expect(TextFile.mode(place) == 0o700)
        for file in files { #expect(TextFile.mode(file) == 0o600, "\(file)") }

        // A second export does not mix with the first.
        let again = try await scenario.idpbuilder("logs", "export", place, "--name", scenario.cluster)
        #expect(again.status == 64)
        // A stopped cluster still has logs.
        try await Docker().run(["stop", "-t", "1", node])
        let stopped = try await scenario.idpbuilder(
          "logs", "export", scenario.folder + "/stopped", "--name", scenario.cluster)
        #expect(stopped.status == 0, "\(stopped.transcript)")
        #expect(stopped.errors.contains("look before you share"))
        #expect(TextFile.read(scenario.folder + "/stopped/\(node)/serial.log")?.isEmpty == false)
      }
    }
  }
}
