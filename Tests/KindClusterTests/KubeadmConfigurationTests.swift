import Documents
import KindCluster
import Testing

@Suite struct KubeadmConfigurationTests {
  func configuration(
    version: String = "v1.36.1", change: (inout ClusterConfiguration) -> Void = { _ in }
  ) throws -> KubeadmConfiguration {
    var cluster = ClusterConfiguration(name: try ClusterName("dev"), image: "image")
    change(&cluster)
    return KubeadmConfiguration(
      cluster: cluster, node: cluster.nodes[0], nodeName: "dev-control-plane", nodeAddresses: ["172.18.0.2"],
      version: try KubernetesVersion(version))
  }

  func document(_ kind: String, _ configuration: KubeadmConfiguration) throws -> Value {
    try #require(try configuration.documents().first { $0["kind"] == .string(kind) })
  }

  @Test("from 1.36 the documents are v1beta4 with arguments as lists")
  func v1beta4() throws {
    let cluster = try document("ClusterConfiguration", configuration())
    #expect(cluster["apiVersion"] == "kubeadm.k8s.io/v1beta4")
    #expect(cluster["encryptionAlgorithm"] == "ECDSA-P256")
    let arguments = cluster["controllerManager"]["extraArgs"].elements
    #expect(arguments.contains(["name": "leader-elect", "value": "false"]))
    #expect(arguments.contains(["name": "kube-api-qps", "value": "200"]))
    #expect(arguments.contains(["name": "enable-hostpath-provisioner", "value": "true"]))
    #expect(cluster["apiServer"]["certSANs"] == ["localhost", "127.0.0.1"])
    #expect(cluster["controlPlaneEndpoint"] == "dev-control-plane:6443")
  }

  @Test("below 1.36 the documents are v1beta3 with arguments as maps")
  func v1beta3() throws {
    let cluster = try document("ClusterConfiguration", configuration(version: "v1.35.5"))
    #expect(cluster["apiVersion"] == "kubeadm.k8s.io/v1beta3")
    #expect(cluster["encryptionAlgorithm"] == .null)
    #expect(cluster["controllerManager"]["extraArgs"]["enable-hostpath-provisioner"] == "true")
  }

  @Test("a single node is not tainted; with workers kubeadm's own taints stay")
  func taints() throws {
    let single = try document("InitConfiguration", configuration())
    #expect(single["nodeRegistration"]["taints"] == [])
    let several = try document(
      "InitConfiguration", configuration { $0.nodes.append(.init(role: .worker, image: "image")) })
    #expect(several["nodeRegistration"]["taints"] == .null)
  }

  @Test("kind's provider id, node address and socket are kept")
  func registration() throws {
    let registration = try document("InitConfiguration", configuration())["nodeRegistration"]
    #expect(registration["criSocket"] == "unix:///run/containerd/containerd.sock")
    let arguments = registration["kubeletExtraArgs"].elements
    #expect(arguments.contains(["name": "provider-id", "value": "kind://docker/dev/dev-control-plane"]))
    #expect(arguments.contains(["name": "node-ip", "value": "172.18.0.2"]))
  }

  @Test("the kubelet runs on cgroup v1 when that is what there is, where it knows the field")
  func cgroupV1() throws {
    var modern = try configuration()
    #expect(try document("KubeletConfiguration", modern)["failCgroupV1"] == .null)
    modern.cgroupV1 = true
    #expect(try document("KubeletConfiguration", modern)["failCgroupV1"] == false)
    var old = try configuration(version: "v1.30.0")
    old.cgroupV1 = true
    #expect(try document("KubeletConfiguration", old)["failCgroupV1"] == .null)
  }

  @Test("feature gates reach every component, sorted")
  func featureGates() throws {
    let configuration = try configuration { $0.featureGates = ["B": false, "A": true] }
    let cluster = try document("ClusterConfiguration", configuration)
    #expect(
      cluster["scheduler"]["extraArgs"] == [
        ["name": "feature-gates", "value": "A=true,B=false"], ["name": "leader-elect", "value": "false"],
      ])
    #expect(try document("KubeletConfiguration", configuration)["featureGates"] == ["A": true, "B": false])
  }

  @Test("without kube-proxy its document is left out and its add-on skipped")
  func withoutProxy() throws {
    let configuration = try configuration { $0.networking.kubeProxyMode = .none }
    #expect(try !configuration.documents().contains { $0["kind"] == "KubeProxyConfiguration" })
    let phases = try document("InitConfiguration", configuration)["skipPhases"]
    #expect(phases == ["preflight", "addon/kube-proxy"])
  }

  @Test("merge patches go to the documents of their kind, RFC 6902 patches after them, the node's last")
  func patches() throws {
    let configuration = try configuration { cluster in
      cluster.kubeadmPatches.merge = [["kind": "KubeletConfiguration", "maxPods": 50]]
      cluster.kubeadmPatches.json = [
        .init(
          group: "kubelet.config.k8s.io", version: "v1beta1", kind: "KubeletConfiguration",
          operations: [["op": "replace", "path": "/maxPods", "value": 60]])
      ]
      cluster.nodes[0].kubeadmPatches.merge = [["kind": "KubeletConfiguration", "podPidsLimit": 9]]
    }
    let kubelet = try document("KubeletConfiguration", configuration)
    #expect(kubelet["maxPods"] == 60)
    #expect(kubelet["podPidsLimit"] == 9)
    #expect(try document("ClusterConfiguration", configuration)["maxPods"] == .null)
  }

  @Test(
    "kind's patches for arguments serve every version: arguments are merged by name, labels and names added",
    arguments: ["v1.35.5", "v1.36.1"])
  func argumentPatches(version: String) throws {
    let configuration = try configuration(version: version) { cluster in
      cluster.nodes[0].labels = ["ingress-ready": "true", "tier": "one"]
      cluster.kubeadmPatches.merge = [
        // As in kind's manual: https://kind.sigs.k8s.io/docs/user/configuration/#kubeadm-config-patches
        ["kind": "InitConfiguration", "nodeRegistration": ["kubeletExtraArgs": ["node-labels": "my=label,tier=two"]]],
        [
          "kind": "ClusterConfiguration",
          "apiServer": [
            "certSANs": ["api.test", "localhost"],
            "extraArgs": [["name": "v", "value": "4"], ["name": "runtime-config", "value": nil]],
          ],
          "scheduler": ["extraArgs": ["v": "2"]],
        ],
      ]
    }
    /// Arguments as a map, in either version's form.
    func arguments(_ value: Value) -> [String: String] {
      value.stringMembers.merging(value.elements.map { ($0["name"].stringValue ?? "", $0["value"].stringValue ?? "") })
      {
        $1
      }
    }
    let registration = try document("InitConfiguration", configuration)["nodeRegistration"]["kubeletExtraArgs"]
    #expect((registration.arrayValue == nil) == (version == "v1.35.5"))
    #expect(arguments(registration)["node-ip"] == "172.18.0.2")
    #expect(arguments(registration)["node-labels"] == "ingress-ready=true,my=label,tier=two")
    let cluster = try document("ClusterConfiguration", configuration)
    #expect(cluster["apiServer"]["certSANs"] == ["localhost", "127.0.0.1", "api.test"])
    #expect(arguments(cluster["apiServer"]["extraArgs"]) == ["v": "4"])
    #expect(arguments(cluster["scheduler"]["extraArgs"]) == ["leader-elect": "false", "v": "2"])
  }
}
