import Documents
import KindCluster
import Platform
import Testing

@testable import Bootstrap

@Suite struct StatusTests {
  private let deployment: Value = [
    "kind": "Deployment", "metadata": ["name": "my-gitea", "namespace": "gitea", "uid": "u"],
    "spec": ["replicas": 1], "status": ["replicas": 1, "updatedReplicas": 1, "readyReplicas": 1],
  ]
  private let application: Value = [
    "metadata": ["name": "gitea"],
    "status": ["sync": ["status": "Synced", "revision": "abc"], "health": ["status": "Healthy"]],
  ]

  private func component(_ workloads: [Value], _ applications: [Value]) -> ClusterStatus.Component {
    PlatformHealth.component(.gitea, workloads: workloads, pods: [], events: [], applications: applications).status
  }

  @Test("a component is healthy when its workloads are ready and Argo CD is content")
  func components() {
    #expect(component([deployment], [application]).isHealthy)
    #expect(component([deployment], [application]).state == "Synced and Healthy")
    var waiting = deployment
    waiting["status"]["readyReplicas"] = 0
    #expect(component([waiting], [application]).state.hasPrefix("my-gitea 0/1 ready"))
    #expect(component([], [application]).state == "not there")
    #expect(component([deployment], []).state.contains("no Application"))
    var out = application
    out["status"]["sync"]["status"] = "OutOfSync"
    #expect(!component([deployment], [out]).isHealthy)
  }

  @Test("the doctor's findings of a component name what is missing and what to do")
  func findings() {
    func ids(_ workloads: [Value], _ applications: [Value]) -> [String] {
      PlatformHealth.component(.gitea, workloads: workloads, pods: [], events: [], applications: applications)
        .findings(create: "c").map(\.id)
    }
    #expect(ids([deployment], [application]) == [])
    #expect(ids([], []) == ["platform.missing"])
    #expect(ids([deployment], []) == ["platform.not-handed-over"])
  }

  @Test("a cluster is healthy only if every part of it is")
  func health() {
    var status = ClusterStatus(
      name: "x", nodes: [.init(name: "n", role: "control-plane", state: "Ready", isHealthy: true)])
    #expect(status.isHealthy)
    status.platform = .init(components: [], packages: [], argoCDURL: "", giteaURL: "", certificateDays: 3)
    #expect(status.isHealthy)
    status.platform?.certificateDays = -1
    #expect(!status.isHealthy)
    status.platform = nil
    status.trouble = "gone"
    #expect(!status.isHealthy)
  }

  @Test("days are counted down, and a moment ago is not today")
  func days() {
    #expect(StatusReader.days(.seconds(86_400 * 2 - 1)) == 1)
    #expect(StatusReader.days(.seconds(-1)) == -1)
    #expect(StatusReader.days(.zero) == 0)
  }
}
