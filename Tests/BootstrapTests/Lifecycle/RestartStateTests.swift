import Certificates
import Documents
import Kubernetes
import Platform
import Testing

@testable import Bootstrap

@Suite struct RestartStateTests {
  private let start = UnixTime(seconds: 1_795_000_000)

  private func time(_ offset: Int64) -> Value { .string(UnixTime(seconds: start.seconds + offset).description) }

  private func node(_ status: String, heartbeat: Int64) -> Value {
    ["status": ["conditions": [["type": "Ready", "status": .string(status), "lastHeartbeatTime": time(heartbeat)]]]]
  }

  private func pod(_ name: String, startedAt: Int64, ready: Bool = true, phase: String = "Running") -> Value {
    [
      "metadata": ["name": .string(name)], "spec": ["nodeName": "n"],
      "status": [
        "phase": .string(phase), "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
        "containerStatuses": [["state": ["running": ["startedAt": time(startedAt)]]]],
      ],
    ]
  }

  @Test("a node that was Ready before it was stopped does not count as ready")
  func staleNode() {
    #expect(
      RestartState.readiness(ofNode: node("True", heartbeat: -60), since: start)
        == .pending("the kubelet is starting"))
    #expect(RestartState.readiness(ofNode: node("True", heartbeat: 5), since: start) == .ready)
    #expect(RestartState.readiness(ofNode: node("False", heartbeat: 5), since: start) != .ready)
    #expect(RestartState.readiness(ofNode: [:], since: start) != .ready)
  }

  @Test("a node that the engine started again by itself is not Ready, nor a package healthy, by what was said before")
  func restartedByTheEngine() {
    let before = node("True", heartbeat: -60)
    #expect(ClusterCheck.findings(before).isEmpty)
    #expect(ClusterCheck.findings(before, since: start).map(\.id) == ["cluster.not-ready"])
    #expect(ClusterCheck.findings(node("True", heartbeat: 5), since: start).isEmpty)
    func component(_ pods: [Value]) -> PlatformHealth.Component {
      PlatformHealth.component(
        .gitea, workloads: [], pods: pods, events: [], applications: [], since: ["n": start])
    }
    #expect(component([pod("a", startedAt: 3)]).troubled.isEmpty)
    #expect(component([pod("a", startedAt: -90)]).troubled.map(\.name) == ["a"])
  }

  @Test("pods count once their containers run since the start and are ready; those that are done need nothing")
  func pods() {
    let starts = ["n": start]
    #expect(RestartState.readiness(ofPods: [pod("a", startedAt: 3)], since: starts) == .ready)
    #expect(
      RestartState.readiness(ofPods: [pod("a", startedAt: 3), pod("b", startedAt: -90)], since: starts)
        == .pending("1 of 2 ready; b: not started again yet"))
    #expect(
      RestartState.readiness(ofPods: [pod("a", startedAt: 3, ready: false)], since: starts)
        == .pending("0 of 1 ready; a: starting"))
    #expect(
      RestartState.readiness(ofPods: [pod("job", startedAt: -90, ready: false, phase: "Succeeded")], since: starts)
        == .ready)
    // The API server has answered, from its store: their pods need not say so.
    var etcd = pod("etcd", startedAt: -90)
    etcd["metadata"]["labels"] = ["component": "etcd"]
    #expect(RestartState.readiness(ofPods: [etcd], since: starts) != .ready)
    etcd["metadata"]["annotations"] = ["kubernetes.io/config.mirror": "1"]
    #expect(RestartState.readiness(ofPods: [etcd], since: starts) == .ready)
    // A node that was not stopped: nothing of its pods is old.
    #expect(RestartState.readiness(ofPods: [pod("a", startedAt: -90)], since: [:]) == .ready)
  }

  @Test("an Application that Argo CD was asked to look at again counts only after that look")
  func applications() {
    var application: Value = [
      "metadata": ["name": "gitea", "annotations": ["argocd.argoproj.io/refresh": "normal"]],
      "status": ["sync": ["status": "Synced", "revision": "abc"], "health": ["status": "Healthy"]],
    ]
    #expect(RestartState.readiness(ofApplications: [application]) != .ready)
    application["metadata"]["annotations"] = [:]
    #expect(RestartState.readiness(ofApplications: [application]) == .ready)
    application["status"]["health"]["status"] = "Degraded"
    #expect(RestartState.readiness(ofApplications: [application]) != .ready)
  }

  @Test(
    "times of the API and of the engine are read",
    arguments: [
      ("2026-11-21T11:30:00Z", 1_795_260_600), ("2026-11-21T11:30:00.123456789Z", 1_795_260_600),
      ("2026-11-21T12:30:00+01:00", 1_795_260_600), ("1970-01-01T00:00:00Z", 0),
    ])
  func times(_ text: String, _ seconds: Int64) { #expect(UnixTime(text)?.seconds == seconds) }

  @Test(
    "what is no time is refused", arguments: ["", "now", "2026-11-21", "2026-13-21T11:30:00Z", "2026-11-21T11:30Z"])
  func noTimes(_ text: String) { #expect(UnixTime(text) == nil) }

  @Test("an expired certificate is said, with the command that renews it, unless there is no TLS")
  func expiry() throws {
    let options = try PlatformOptions()
    let made = try PlatformCertificate.make(options, now: UnixTime(seconds: 1_000_000))
    let access = PlatformAccess(options: options, certificate: made.certificate, publishedAddress: nil)
    #expect(access.expiry(cluster: "demo", now: UnixTime(seconds: 1_000_060)) == nil)
    #expect(access.expiry(cluster: "demo")?.hasSuffix("idpbuilder create --name demo renews it") == true)
    let plain = PlatformAccess(
      options: try PlatformOptions(scheme: .http), certificate: made.certificate, publishedAddress: nil)
    #expect(plain.expiry(cluster: "demo") == nil)
  }

  @Test("the address at which a port is published is one to connect to")
  func address() {
    let container: Value = [
      "HostConfig": [
        "PortBindings": [
          "443/udp": [["HostIp": "127.0.0.8", "HostPort": "8443"]],
          "443/tcp": [["HostIp": "127.0.0.9", "HostPort": "8443"]], "22/tcp": [["HostIp": "", "HostPort": "22"]],
        ]
      ]
    ]
    #expect(PlatformAccess.publishedAddress(of: 8443, in: container) == "127.0.0.9")
    #expect(PlatformAccess.publishedAddress(of: 22, in: container) == "127.0.0.1")
    #expect(PlatformAccess.publishedAddress(of: 80, in: container) == nil)
  }
}
