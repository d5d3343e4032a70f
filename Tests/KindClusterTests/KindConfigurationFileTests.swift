import Diagnostics
import Documents
import KindCluster
import Testing

@Suite struct KindConfigurationFileTests {
  func read(_ text: String) throws -> ClusterConfiguration {
    try KindConfigurationFile.read(
      text, source: "kind.yaml", name: ClusterName("dev"), image: "kindest/node:v1.36.1")
  }

  let header = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"

  @Test("a file with every field is read")
  func everything() throws {
    let cluster = try read(
      header + """
        name: other
        networking: {ipFamily: ipv4, apiServerPort: 6000, podSubnet: 10.1.0.0/16, kubeProxyMode: nftables}
        featureGates: {A: true}
        runtimeConfig: {"api/alpha": "false"}
        kubeadmConfigPatches:
        - |
          kind: InitConfiguration
          nodeRegistration: {kubeletExtraArgs: {node-labels: x=y}}
        kubeadmConfigPatchesJSON6902:
        - {group: kubeadm.k8s.io, version: v1beta4, kind: ClusterConfiguration, patch: '[{"op":"remove","path":"/x"}]'}
        containerdConfigPatches: ["[a]\\nb = 1"]
        nodes:
        - role: worker
          labels: {tier: one}
        - role: control-plane
          image: other/node:1
          extraMounts: [{hostPath: /a, containerPath: /b, readOnly: true, propagation: Bidirectional}]
          extraPortMappings: [{containerPort: 80, hostPort: 8080, protocol: UDP}]
        """)
    #expect(cluster.nodes.map(\.role) == [.controlPlane, .worker])
    #expect(cluster.nodes[0].image == "other/node:1")
    #expect(cluster.nodes[0].extraMounts[0].propagation == .bidirectional)
    #expect(cluster.nodes[0].extraPortMappings[0].transport == .udp)
    #expect(cluster.nodes[0].extraPortMappings[0].listenAddress == "127.0.0.1")
    #expect(cluster.nodes[1].image == "kindest/node:v1.36.1")
    #expect(cluster.nodes[1].labels == ["tier": "one"])
    #expect(cluster.networking.podSubnet == "10.1.0.0/16")
    #expect(cluster.kubeadmPatches.merge[0]["kind"] == "InitConfiguration")
    #expect(cluster.kubeadmPatches.json[0].operations[0]["op"] == "remove")
    #expect(cluster.name.text == "dev")
  }

  @Test(
    "each fault is an error with its line and column",
    arguments: [
      ("nodez: []", "kind.yaml:3:1: unknown field 'nodez'"),
      ("nodes: 7", "kind.yaml:3:8: nodes must be a list"),
      ("nodes:\n- role: boss", "kind.yaml:4:9: 'boss' is not one of"),
      ("nodes:\n- role: control-plane\n- role: control-plane", "2 control planes"),
      ("nodes:\n- role: worker", "one node must have the role control-plane"),
      ("nodes:\n- extraPortMappings:\n  - {containerPort: 99999}", "99999 is not a port"),
      ("networking: {apiServerPort: yes}", "apiServerPort must be a whole number"),
      ("featureGates: {A: maybe}", "featureGates must be a map"),
      ("kubeadmConfigPatches: ['a: [']", "the patch cannot be read"),
      ("kubeadmConfigPatches: ['a: 1']", "for which kind"),
      ("nodes:\n- extraMounts: [{hostPath: /a}]", "containerPath is missing"),
      ("nodes:\n- labels: {a: [b]}", "kind.yaml:4:11: labels must be a map of names to strings"),
      ("networking: {podSubnet: 10.1/16}", "kind.yaml:3:25: '10.1/16' is not an address range"),
      ("networking: {podSubnet: 10.1.0.0/33}", "is not an address range"),
      ("networking: {podSubnet: 10.1.0.0}", "is not an address range"),
      ("networking: {serviceSubnet: 'fd00::/112'}", "must be one IPv4 range"),
      ("networking: {ipFamily: ipv6, podSubnet: 10.1.0.0/16}", "must be one IPv6 range"),
      ("networking: {podSubnet: '10.1.0.0/16,fd00::/56'}", "must be one IPv4 range"),
      ("networking: {ipFamily: dual, podSubnet: '10.1.0.0/16,10.2.0.0/16'}", "two of different IP versions"),
    ])
  func faults(text: String, message: String) {
    let failure = #expect(throws: Failure.self) { try read(header + text) }
    #expect(failure?.cause?.contains(message) == true, "\(failure?.cause ?? "")")
    #expect(failure?.status == .badInput)
  }

  @Test("where a text belongs any scalar is one, as it is written")
  func scalarsAsTexts() throws {
    let cluster = try read(
      "# An empty document comes first.\n---\n" + header + """
        runtimeConfig: {api/all: true, x: 1.0}
        nodes:
        - labels: {ingress-ready: yes, zone: 007, empty: }
        """)
    #expect(cluster.runtimeConfig == ["api/all": "true", "x": "1.0"])
    #expect(cluster.nodes[0].labels == ["ingress-ready": "yes", "zone": "007", "empty": ""])
  }

  @Test("all faults of a file are reported together")
  func allTogether() {
    let failure = #expect(throws: Failure.self) { try read("kind: Clusters\nx: 1\nnodes: {}\n") }
    #expect((failure?.cause ?? "").split(separator: "\n").count == 4)
  }

  @Test("the same host port twice is refused, the same container port is not")
  func hostPorts() throws {
    let twice = "nodes:\n- extraPortMappings: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}]"
    #expect(throws: Failure.self) { try read(header + twice) }
    let legal = "nodes:\n- extraPortMappings: [{containerPort: 80, hostPort: 80}, {containerPort: 80, hostPort: 81}]"
    #expect(try read(header + legal).nodes[0].extraPortMappings.count == 2)
  }
}
