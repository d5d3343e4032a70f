import Certificates
import Diagnostics
import Dispatch
import Documents
import Testing

@testable import Bootstrap

@Suite struct CheckTests {
  private func ids(_ findings: [CheckFinding]) -> [String] { findings.map(\.id) }

  @Test("control groups are judged by version, root and delegation")
  func cgroups() {
    #expect(ids(CgroupCheck.findings(["CgroupVersion": "2", "MemoryLimit": true])) == ["cgroups.v2"])
    #expect(ids(CgroupCheck.findings(["CgroupVersion": "1", "MemoryLimit": true])) == ["cgroups.v1"])
    let rootless: Value = [
      "CgroupVersion": "2", "SecurityOptions": ["name=seccomp", "name=rootless"], "PidsLimit": false,
    ]
    #expect(ids(CgroupCheck.findings(rootless)) == ["cgroups.delegation"])
    #expect(ids(CgroupCheck.findings(["CgroupVersion": "2", "MemoryLimit": false])) == ["cgroups.memory"])
  }

  @Test("memory and disk are judged by what a platform needs")
  func room() {
    #expect(MemoryCheck.findings(["MemTotal": 1_000_000_000, "NCPU": 4])[0].level == .problem)
    #expect(MemoryCheck.findings(["MemTotal": 3_000_000_000, "NCPU": 4])[0].level == .warning)
    #expect(MemoryCheck.findings(["MemTotal": 8_000_000_000, "NCPU": 4])[0].level == .ok)
    #expect(ids(MemoryCheck.findings(["MemTotal": 8_000_000_000, "NCPU": 1])).contains("memory.processors"))
    #expect(DiskCheck.findings(free: 1 << 30, at: "/")[0].level == .problem)
    #expect(DiskCheck.findings(free: 4 << 30, at: "/")[0].level == .warning)
    #expect(DiskCheck.findings(free: 100 << 30, at: "/")[0].level == .ok)
    #expect(MemorySize.text((3 << 30) + (1 << 29)) == "3.5 GiB")
  }

  @Test("a port that another container or process has is named with its owner; all addresses overlap each")
  func ports() {
    let containers: [Value] = [
      ["Names": ["/web"], "Ports": [["IP": "0.0.0.0", "PublicPort": 8443, "Type": "tcp"]]],
      ["Names": ["/udp"], "Ports": [["IP": "0.0.0.0", "PublicPort": 53, "Type": "udp"]]],
    ]
    #expect(PortCheck.container(at: .init(address: "127.0.0.1", port: 8443), containers) == "web")
    #expect(PortCheck.container(at: .init(address: "127.0.0.1", port: 53), containers) == nil)
    #expect(PortCheck.container(at: .init(address: "127.0.0.1", port: 443), containers) == nil)
    let finding = PortCheck.taken(
      .init(address: "127.0.0.1", port: 8443), container: nil, processes: ["nginx (process 7)"], isNew: true)
    #expect(finding.what == "port 127.0.0.1:8443 is taken by nginx (process 7)")
    #expect(finding.remedy == "end it, or choose another one with --port")
    let second = PortCheck.taken(.init(address: "127.0.0.1", port: 32222), container: "a", processes: [], isNew: true)
    #expect(second.remedy == "docker stop a, or choose another address with --listen-address")
  }

  @Test("the process at a port is found in the kernel's tables")
  func processes() {
    var system = SystemView.system(processRoot: "/p")
    system.read = { path in
      switch path {
      case "/p/net/tcp":
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0
           1: 0100007F:20FB 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0
        """
      case "/p/12/comm": "nginx\n"
      default: nil
      }
    }
    system.names = { $0 == "/p" ? ["12", "13", "self"] : $0 == "/p/12/fd" || $0 == "/p/13/fd" ? ["3"] : [] }
    system.link = { $0 == "/p/12/fd/3" ? "socket:[4711]" : "socket:[4712]" }
    #expect(PortProbe.processes(at: 8443, system) == ["nginx (process 12)"])
    #expect(PortProbe.processes(at: 443, system) == [])
  }

  @Test("a port that is listened at is not free, and is free again afterwards")
  func freePort() throws {
    let listener = try ScriptedListener()
    #expect(!PortProbe.isFree(listener.port, on: "127.0.0.1"))
    #expect(!PortProbe.isFree(listener.port, on: "0.0.0.0"))
  }

  @Test("names must lead to this machine")
  func names() {
    let names = ["argocd.x.test", "gitea.x.test"]
    func ids(_ addresses: [String: [String]], at address: String = "127.0.0.1") -> [String] {
      NameCheck.findings(names, addresses, host: "x.test", address: address).map(\.id)
    }
    #expect(ids(["argocd.x.test": ["127.0.0.1"], "gitea.x.test": ["::1"]]) == ["names.known"])
    #expect(ids(["argocd.x.test": ["127.0.0.1"]]) == ["names.unknown"])
    #expect(ids(["argocd.x.test": ["127.0.0.1"], "gitea.x.test": ["192.0.2.1"]]) == ["names.elsewhere"])
    // Published at every address: the name may be that of this machine in its network.
    #expect(ids(["argocd.x.test": ["192.0.2.1"], "gitea.x.test": ["192.0.2.1"]], at: "0.0.0.0") == ["names.known"])
  }

  @Test(
    "a proxy needs exceptions for loopback and the platform, however they are written",
    arguments: [
      ("", ["proxy.exceptions-missing"]), ("127.0.0.1,localhost", ["proxy.exceptions-missing"]),
      ("127.0.0.1, localhost, .x.test", ["proxy.exceptions"]), ("127.0.0.0/8,localhost,x.test", ["proxy.exceptions"]),
      ("*", ["proxy.exceptions"]), ("127.0.0.1,localhost,test", ["proxy.exceptions"]),
    ])
  func proxy(_ list: String, _ expected: [String]) {
    #expect(ids(ProxyCheck.findings(["https_proxy": "http://p:1", "NO_PROXY": list], host: "x.test")) == expected)
    #expect(ids(ProxyCheck.findings(["NO_PROXY": list], host: "x.test")) == ["proxy.none"])
  }

  @Test("clocks may differ by what an answer takes")
  func clocks() {
    #expect(ClockCheck.findings("x", 2).isEmpty)
    #expect(ClockCheck.findings("x", -20).map(\.level) == [.warning])
    #expect(ClockCheck.findings("x", 300).map(\.level) == [.problem])
  }

  @Test("certificates are judged by their last moment")
  func certificates() throws {
    let now = UnixTime(seconds: 1_800_000_000)
    let identity = try CertificateIdentity.selfSigned(
      CertificateTemplate(
        commonName: "x", organization: "x", names: [.dns("x.test")], isAuthority: true, usages: [.serverAuthentication],
        validity: .seconds(10 * 86_400)), now: now)
    func level(_ days: Int64) -> CheckFinding.Level {
      CertificateCheck.finding(
        "x", "x", identity.certificate, now: now + .seconds(days * 86_400), few: .seconds(3 * 86_400), remedy: "r"
      ).level
    }
    #expect([level(-2), level(1), level(8), level(11)] == [.problem, .ok, .warning, .problem])
  }

  @Test("a node's conditions become findings in the kubelet's words")
  func node() {
    let node: Value = [
      "metadata": ["name": "n"],
      "status": [
        "conditions": [
          ["type": "Ready", "status": "False", "message": "no network"], ["type": "DiskPressure", "status": "True"],
          ["type": "MemoryPressure", "status": "False"],
        ]
      ],
    ]
    #expect(ClusterCheck.findings(node).map(\.id) == ["cluster.not-ready", "cluster.pressure"])
    #expect(ClusterCheck.findings(node)[0].why == "no network")
  }

  @Test("a look-up that nobody waits for any longer is left to itself")
  func abandoned() async {
    let gate = DispatchSemaphore(value: 0)
    let looking = Task { try await BlockingThread.value { gate.wait() } }
    looking.cancel()
    await #expect(throws: CancellationError.self) { try await looking.value }
    gate.signal()
  }

  @Test("options that make no sense are refused")
  func options() async {
    var port = DoctorOptions()
    port.port = 70_000
    var address = DoctorOptions()
    address.listenAddress = "here"
    for options in [port, address] {
      let failure = await #expect(throws: Failure.self) { try await diagnose(options, environment: [:]) }
      #expect(failure?.status == .usage)
    }
  }

  @Test("the state of a cluster is the engine's word where all nodes have the same")
  func states() {
    #expect(status(ofNodes: ["running", "running"]) == "running")
    #expect(status(ofNodes: ["exited"]) == "stopped")
    #expect(status(ofNodes: ["exited", "created"]) == "stopped")
    #expect(status(ofNodes: ["running", "exited"]) == "partly stopped")
    #expect(status(ofNodes: ["paused"]) == "paused")
  }

  @Test("one check that fails or hangs hides no other")
  func independence() async throws {
    struct Fault: Error {}
    let checks = [
      HealthCheck(id: "a", title: "a") { _ in throw Fault() },
      HealthCheck(id: "b", title: "b", limit: .milliseconds(50)) { _ in
        try await ContinuousClock().sleep(for: .seconds(600))
        return []
      },
      HealthCheck(id: "c", title: "c") { _ in [CheckFinding(.ok, "c.fine", "fine")] },
      HealthCheck(id: "d", title: "d") { _ in throw NotCheckable(reason: "it rains") },
    ]
    var options = DoctorOptions()
    options.dockerHost = "unix:///nowhere.sock"
    let report = await Doctor.report(checks, try DoctorContext(options, environment: [:]))
    #expect(report.sections.flatMap(\.findings).map(\.id) == ["a.failed", "b.silent", "c.fine", "d.unchecked"])
    #expect(report.level == .problem)
    #expect(report.count(.problem) == 2)
  }
}
