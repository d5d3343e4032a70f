import Certificates
import Documents
import Harness
import Kubernetes
import Testing

/// What `idpbuilder doctor -o json` found.
struct Diagnosis {
  let status: Int32
  let findings: [Value]
  let transcript: String

  init(_ result: ProgramResult) throws {
    status = result.status
    transcript = result.transcript
    findings = try JSON.parse(result.output)["checks"].elements.flatMap { $0["findings"].elements }
  }

  /// The ids of all findings that are not as they should be.
  var troubles: [String] {
    findings.filter { $0["level"] == "problem" || $0["level"] == "warning" }.compactMap { $0["id"].stringValue }
  }

  /// Whether there is a finding of an id and level whose remedy contains a text.
  func has(_ id: String, _ level: String, remedy: String) -> Bool {
    findings.contains {
      $0["id"].stringValue == id && $0["level"].stringValue == level
        && $0["remedy"].stringValue?.contains(remedy) == true
    }
  }
}

extension Scenario {
  /// Runs the doctor.
  func doctor(_ more: String..., environment changes: [String: String?] = [:]) async throws -> Diagnosis {
    let arguments = ["doctor", "--name", cluster, "--listen-address", loopback, "-o", "json"] + more
    let result = try await start(arguments, environment: changes, limit: .seconds(120)).result()
    note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
    return try Diagnosis(result)
  }
}

extension Clusters {
  /// Each of these set-ups is broken in its own way; the doctor must say which, and what to do.
  @Suite("the doctor finds what is broken")
  struct DoctorTests {
    @Test("nothing is wrong with a sound engine, and the exit code says so")
    func sound() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder)
        let found = try await scenario.doctor("--docker-host", engine.address)
        #expect(found.status == 0, "\(found.transcript)")
        #expect(found.troubles.allSatisfy { $0.hasPrefix("names.") || $0.hasPrefix("proxy.") }, "\(found.transcript)")
      }
    }

    @Test("1: there is no engine")
    func missing() async throws {
      try await Scenario.run { scenario in
        let found = try await scenario.doctor("--docker-host", "unix:///nowhere/docker.sock")
        #expect(found.status == 78)
        #expect(found.has("engine.unreachable", "problem", remedy: "systemctl start docker"), "\(found.transcript)")
        // What can be checked without it is checked.
        #expect(found.findings.contains { $0["id"].stringValue?.hasPrefix("proxy.") == true })
      }
    }

    @Test("2: the engine does not answer")
    func silent() async throws {
      try await Scenario.run { scenario in
        let server = try SilentServer()
        let found = try await scenario.doctor("--docker-host", "tcp://127.0.0.1:\(server.port)")
        withExtendedLifetime(server) {}
        #expect(found.has("engine.silent", "problem", remedy: "docker ps"), "\(found.transcript)")
      }
    }

    @Test("3: the engine's socket may not be used", .enabled(if: HarnessEnvironment.find("setpriv") != nil))
    func permission() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder)
        _ = try await Program.run("chmod", ["755", scenario.folder], environment: HarnessEnvironment.all)
        _ = try await Program.run("chmod", ["600", engine.path], environment: HarnessEnvironment.all)
        let result = try await scenario.asNobody(["doctor", "--docker-host", engine.address, "-o", "json"])
        // Where nobody may not run the program either, there is nothing to test.
        if result.output.isEmpty { return }
        let found = try Diagnosis(result)
        #expect(found.has("engine.permission", "problem", remedy: "usermod -aG docker"), "\(found.transcript)")
      }
    }

    @Test("4: the engine is too old")
    func old() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder, apiVersion: "1.38")
        let found = try await scenario.doctor("--docker-host", engine.address)
        #expect(found.has("engine.old", "problem", remedy: "Docker Engine 20.10"), "\(found.transcript)")
      }
    }

    @Test("5: control groups of version 1, with and without root")
    func cgroups() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder) { $0["CgroupVersion"] = "1" }
        let found = try await scenario.doctor("--docker-host", engine.address)
        #expect(found.has("cgroups.v1", "note", remedy: "unified_cgroup_hierarchy=1"), "\(found.transcript)")
        let rootless = try FakeEngine(in: scenario.folder) {
          $0["CgroupVersion"] = "1"
          $0["SecurityOptions"] = ["name=rootless"]
        }
        let worse = try await scenario.doctor("--docker-host", rootless.address)
        #expect(worse.status == 78)
        #expect(worse.has("cgroups.rootless", "problem", remedy: "unified_cgroup_hierarchy=1"), "\(worse.transcript)")
      }
    }

    @Test("6: too little memory")
    func memory() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder) { $0["MemTotal"] = .integer(1 << 30) }
        let found = try await scenario.doctor("--docker-host", engine.address)
        #expect(found.status == 78)
        #expect(found.has("memory.low", "problem", remedy: "4 GiB"), "\(found.transcript)")
      }
    }

    @Test("7: clocks that are apart")
    func clock() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder) { $0["SystemTime"] = "2026-01-01T00:00:00Z" }
        let found = try await scenario.doctor("--docker-host", engine.address)
        #expect(found.has("clock.skew", "problem", remedy: "timedatectl"), "\(found.transcript)")
      }
    }

    @Test("8: low limits of inotify, and no file handles left")
    func limits() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder)
        let root = scenario.folder + "/proc"
        TextFile.makeFolder(root + "/sys/fs/inotify")
        try TextFile.write(root + "/sys/fs/inotify/max_user_watches", "8192\n")
        try TextFile.write(root + "/sys/fs/inotify/max_user_instances", "16\n")
        try TextFile.write(root + "/sys/fs/file-nr", "99000\t0\t100000\n")
        let found = try await scenario.doctor("--docker-host", engine.address, "--process-root", root)
        #expect(
          found.has("limits.inotify-watches", "problem", remedy: "sudo sysctl fs.inotify.max_user_watches=524288"),
          "\(found.transcript)")
        #expect(
          found.has("limits.inotify-instances", "problem", remedy: "sudo sysctl fs.inotify.max_user_instances=512"))
        #expect(found.has("limits.open-files", "problem", remedy: "fs.file-max=200000"))
      }
    }

    @Test("9: a port that a program has")
    func process() async throws {
      try await Scenario.run { scenario in
        let server = try SilentServer()
        let found = try await scenario.doctor("--listen-address", "127.0.0.1", "--port", "\(server.port)")
        withExtendedLifetime(server) {}
        #expect(found.status == 78)
        #expect(found.has("ports.taken", "problem", remedy: "--port"), "\(found.transcript)")
        #expect(
          found.findings.contains { $0["what"].stringValue?.contains("(process ") == true }, "\(found.transcript)")
      }
    }

    @Test("10: a port that a container has; and create refuses before it makes anything")
    func container() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.reference()
        let name = "\(scenario.cluster)-squatter"
        scenario.cleanUp { _ = try? await Docker().run(["rm", "-f", name]) }
        try await Docker().run([
          "run", "-d", "--name", name, "-p", "\(scenario.loopback):8443:80", "--entrypoint", "sleep", image, "300",
        ])
        let found = try await scenario.doctor()
        #expect(found.has("ports.taken", "problem", remedy: "docker stop \(name)"), "\(found.transcript)")
        let refused = try await scenario.createPlatform()
        #expect(refused.status == 73)
        #expect(refused.errors.contains("is taken by container \(name)"), "\(refused.transcript)")
        #expect(try await scenario.remains() == [])
      }
    }

    @Test("11: a host name that nobody knows")
    func name() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder)
        let found = try await scenario.doctor("--docker-host", engine.address, "--host", "idp.invalid")
        #expect(
          found.has("names.unknown", "warning", remedy: "\(scenario.loopback) argocd.idp.invalid gitea.idp.invalid"),
          "\(found.transcript)")
      }
    }

    @Test("12: a proxy that is asked for what only this machine knows")
    func proxy() async throws {
      try await Scenario.run { scenario in
        let engine = try FakeEngine(in: scenario.folder)
        let found = try await scenario.doctor(
          "--docker-host", engine.address,
          environment: ["HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "example.com", "no_proxy": nil])
        #expect(
          found.has("proxy.exceptions-missing", "warning", remedy: "export NO_PROXY=example.com,127.0.0.1,localhost"),
          "\(found.transcript)")
      }
    }

    @Test("13: a node that was never started, a volume without a cluster, a lock that was left, and an old entry")
    func leftovers() async throws {
      try await Scenario.run { scenario in
        let image = try await NodeImage.shared.reference()
        let other = scenario.cluster + "-b"
        let label = "io.x-k8s.kind.cluster=\(other)"
        try await Docker().run([
          "create", "--name", "\(other)-control-plane", "--label", label, "--label",
          "io.x-k8s.kind.role=control-plane", image,
        ])
        let volume = "\(scenario.cluster)-volume"
        scenario.cleanUp { _ = try? await Docker().run(["volume", "rm", "-f", volume]) }
        try await Docker().run([
          "volume", "create", "--label", "io.x-k8s.kind.cluster=\(scenario.cluster)-gone", volume,
        ])
        try TextFile.write(
          scenario.kubeconfig, "apiVersion: v1\nkind: Config\ncontexts:\n- name: kind-long-gone\n  context: {}\n")
        try TextFile.write(scenario.kubeconfig + ".lock", "")
        let found = try await scenario.doctor()
        #expect(
          found.has("leftovers.cluster", "warning", remedy: "idpbuilder delete --name \(other)"), "\(found.transcript)")
        #expect(found.has("leftovers.volume", "warning", remedy: "docker volume rm \(volume)"))
        #expect(found.has("leftovers.kubeconfig-lock", "warning", remedy: "rm \(scenario.kubeconfig).lock"))
        #expect(found.has("leftovers.kubeconfig", "note", remedy: "idpbuilder delete --name long-gone"))
      }
    }

    @Test("14 to 17: a component that is broken, an expired certificate, a lost page, a stopped node")
    func platform() async throws {
      try await Scenario.run { scenario in
        try #require(try await scenario.createPlatform().status == 0)
        let healthy = try await scenario.doctor()
        #expect(healthy.status == 0, "\(healthy.transcript)")
        #expect(healthy.findings.contains { $0["id"] == "platform.healthy" }, "\(healthy.transcript)")
        #expect(healthy.findings.contains { $0["id"] == "certificates.platform" })

        let client = try scenario.kubernetes()
        // An image that cannot be pulled.
        let gitea = ObjectReference(.deployments, "my-gitea", namespace: "gitea")
        let containers = try #require(try await client.get(gitea))["spec"]["template"]["spec"]["containers"]
        var broken = containers
        broken[0]["image"] = "registry.invalid/gitea:1"
        try await client.patch(gitea, .merge(["spec": ["template": ["spec": ["containers": broken]]]]))
        // A certificate of the past.
        let expired = try CertificateIdentity.selfSigned(
          CertificateTemplate(
            commonName: "old", organization: "cnoe.io", names: [try SubjectName("cnoe.localtest.me")],
            isAuthority: true, usages: [.serverAuthentication], validity: .seconds(3600)),
          now: UnixTime(seconds: 1_700_000_000))
        try await client.patch(
          ObjectReference(.secrets, "idpbuilder-cert", namespace: "ingress-nginx"),
          .merge([
            "data": [
              "tls.crt": .string(Base64.encode(Array(try expired.certificate.pem().utf8))),
              "tls.key": .string(Base64.encode(Array(expired.privateKeyPEM.revealed.utf8))),
            ]
          ]))
        // And Argo CD has lost an Application.
        let applications = ResourceType(
          group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
        try await client.delete(ObjectReference(applications, "nginx", namespace: "argocd"))
        try await client.waitForAll(
          .pods, namespace: "gitea", deadline: .after(.seconds(60)),
          until: { pods in
            pods.contains { $0["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff" }
              ? .ready : .pending("no pod is broken yet")
          })
        let found = try await scenario.doctor()
        #expect(found.status == 78)
        #expect(found.troubles.contains("platform.unhealthy"), "\(found.transcript)")
        #expect(
          found.findings.contains {
            $0["id"] == "platform.unhealthy"
              && ($0["what"].stringValue ?? "").contains("registry.invalid/gitea:1")
          }, "\(found.transcript)")
        #expect(
          found.has("certificates.platform-expired", "problem", remedy: "idpbuilder create --name \(scenario.cluster)"))
        #expect(found.has("platform.not-handed-over", "problem", remedy: "idpbuilder create --name"))

        try await Docker().run(["stop", "-t", "1", "\(scenario.cluster)-control-plane"])
        let stopped = try await scenario.doctor()
        #expect(stopped.has("cluster.stopped", "problem", remedy: "idpbuilder start --name \(scenario.cluster)"))
      }
    }
  }
}

extension Scenario {
  /// Runs the binary under test as a user without any rights.
  fileprivate func asNobody(_ arguments: [String]) async throws -> ProgramResult {
    guard let binary = HarnessEnvironment.binary else { throw ProgramError("no idpbuilder binary") }
    let copy = folder + "/idpbuilder"
    _ = try await Program.run("cp", [binary, copy], environment: HarnessEnvironment.all)
    _ = try await Program.run("chmod", ["755", copy], environment: HarnessEnvironment.all)
    let result = try await Program.run(
      "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", copy] + arguments, environment: environment)
    note("$ idpbuilder \(arguments.joined(separator: " "))\n\(result.transcript)")
    return result
  }
}
