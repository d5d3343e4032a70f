import Documents
import Harness
import Kubernetes
import Testing

extension Scenario {
  /// Asks a page of the platform as a browser would that trusts the platform's certificate.
  func page(_ url: String, host: String, port: Int = 8443, _ more: String...) async throws -> ProgramResult {
    let authority = folder + "/ca.pem"
    if !TextFile.exists(authority) {
      try TextFile.write(authority, try await idpbuilder("get", "certificate", "--name", cluster).output)
    }
    let arguments =
      [
        "--silent", "--show-error", "--fail", "--max-time", "20", "--cacert", authority, "--resolve",
        "\(host):\(port):\(loopback)",
      ]
      + more + [url]
    let result = try await Program.run("curl", arguments, environment: environment)
    note("$ curl \(url)\n\(result.transcript)")
    return result
  }

  /// The secrets as `get secrets -o json` prints them, by name.
  func secrets() async throws -> [String: Value] {
    let result = try await idpbuilder("get", "secrets", "--name", cluster, "-o", "json")
    try #require(result.status == 0, "\(result.transcript)")
    return Dictionary(
      try JSON.parse(result.output).elements.map { ($0["name"].stringValue ?? "", $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Runs git with the platform's certificate, its host led to this test's address, and the administrator's password.
  func git(_ arguments: [String], host: String, password: String) async throws -> ProgramResult {
    let settings = [
      "-c", "http.curloptResolve=\(host):8443:\(loopback)", "-c",
      "user.name=test",
      "-c", "user.email=test@example.org", "-c",
      "credential.helper=!f() { echo username=giteaAdmin; echo password=\(password); }; f",
    ]
    // The variable and not the setting: it wins over one that the machine may have.
    let environment = environment.merging(["GIT_SSL_CAINFO": folder + "/ca.pem"]) { $1 }
    let result = try await Program.run("git", settings + arguments, environment: environment)
    note("$ git \(arguments.joined(separator: " "))\n\(result.transcript)")
    return result
  }
}

extension Clusters {
  /// The whole flow: the platform comes up, is used, and comes up again. On the stand-in node the Git host, the ingress
  /// and the GitOps loop are stand-ins too; on a real image they are the real ones, if the image has them.
  @Suite(
    "the platform",
    .enabled(
      if: NodeImage.isStandIn || HarnessEnvironment.all["IDPBUILDER_PLATFORM_IMAGES"] != nil,
      "a real node image needs the platform's images in it (IDPBUILDER_PLATFORM_IMAGES=1)"))
  struct Platform {
    private static let applications = ResourceType(
      group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")

    @Test("create ends with a platform that answers, is handed over, and follows a push")
    func platform() async throws {
      try await Scenario.run { scenario in
        let created = try await scenario.createPlatform()
        try #require(created.status == 0, "\(created.transcript)")
        #expect(created.output.contains("https://argocd.cnoe.localtest.me:8443"))
        let (gitea, argocd) = ("gitea.cnoe.localtest.me", "argocd.cnoe.localtest.me")

        // A person opens both pages and logs in with what `get secrets` prints.
        #expect(try await scenario.page("https://\(argocd):8443/", host: argocd).output.contains("Argo CD"))
        let secrets = try await scenario.secrets()
        let password = try #require(secrets["gitea-credential"]?["password"].stringValue)
        let user = try await scenario.page(
          "https://\(gitea):8443/api/v1/user", host: gitea, "--user", "giteaAdmin:\(password)")
        #expect(try JSON.parse(user.output)["login"] == "giteaAdmin")
        let first = try #require(secrets["argocd-initial-admin-secret"]?["password"].stringValue)
        let session = try await scenario.page(
          "https://\(argocd):8443/api/v1/session", host: argocd, "--header", "Content-Type: application/json", "--data",
          #"{"username": "admin", "password": "\#(first)"}"#)
        #expect(try JSON.parse(session.output)["token"].stringValue?.isEmpty == false)

        let client = try scenario.kubernetes()
        for name in ["argocd", "gitea", "nginx"] {
          let application = try #require(try await client.get(Self.applications, name, namespace: "argocd"))
          #expect(application["status"]["sync"]["status"] == "Synced")
          #expect(application["status"]["health"]["status"] == "Healthy")
        }

        // A change is pushed with the ordinary git program and seen in the cluster.
        let remote = "https://\(gitea):8443/giteaAdmin/idpbuilder-\(scenario.cluster)-nginx.git"
        let work = scenario.folder + "/work"
        #expect(
          try await scenario.git(["clone", "--quiet", remote, work], host: gitea, password: password).status == 0)
        try TextFile.write(
          work + "/mine.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n  namespace: ingress-nginx\ndata:\n  from: git\n")
        for arguments in [
          ["add", "."], ["commit", "--quiet", "-m", "Add mine"], ["push", "--quiet", "origin", "HEAD"],
        ] {
          let result = try await scenario.git(["-C", work] + arguments, host: gitea, password: password)
          try #require(result.status == 0, "\(result.transcript)")
        }
        let seen = try await client.waitFor(
          ObjectReference(.configMaps, "mine", namespace: "ingress-nginx"), until: .exists,
          deadline: .after(.seconds(180)))
        #expect(seen?["data"]["from"] == "git")

        // Another create finds everything in place, brings back what is missing, applies nothing that is there, and
        // leaves the user's commit alone.
        let service = ObjectReference(.services, "my-gitea-ssh", namespace: "gitea")
        try await client.delete(service)
        let again = try await scenario.createPlatform("-l", "debug")
        #expect(again.status == 0, "\(again.transcript)")
        #expect(again.errors.contains("repositories: unchanged"))
        #expect(try await client.get(service) != nil)
        let applied = again.errors.split(separator: "\n").filter { $0.contains(" PATCH ") }
        #expect(applied.contains { $0.contains("/namespaces/gitea/services/my-gitea-ssh") })
        #expect(!applied.contains { $0.contains("/deployments/argocd-server") || $0.contains("/configmaps/argocd-cm") })
        let after = try await scenario.secrets()
        #expect(after["gitea-credential"]?["password"].stringValue == password)
        #expect(try await client.get(.configMaps, "mine", namespace: "ingress-nginx") != nil)
      }
    }

    @Test("path routing, another host and a static password work together")
    func pathRouting() async throws {
      try await Scenario.run { scenario in
        let created = try await scenario.createPlatform(
          "--use-path-routing", "--host", "idp.example.test", "--port", "9443", "--dev-password")
        try #require(created.status == 0, "\(created.transcript)")
        let host = "idp.example.test"
        let page = try await scenario.page("https://\(host):9443/argocd/", host: host, port: 9443)
        #expect(page.output.contains("Argo CD"), "\(page.transcript)")
        let user = try await scenario.page(
          "https://\(host):9443/gitea/api/v1/user", host: host, port: 9443, "--user", "giteaAdmin:developer")
        #expect(try JSON.parse(user.output)["login"] == "giteaAdmin")
        #expect(try await scenario.secrets()["argocd-initial-admin-secret"]?["password"] == "developer")
        // Options that the cluster cannot take are refused, with both values.
        let changed = try await scenario.createPlatform("--host", "other.example.test", "--port", "9443")
        #expect(changed.status != 0)
        #expect(changed.errors.contains(host) && changed.errors.contains("other.example.test"), "\(changed.transcript)")
      }
    }
  }
}
