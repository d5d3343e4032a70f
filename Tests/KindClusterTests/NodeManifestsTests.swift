import Documents
import KindCluster
import Testing

@Suite struct NodeManifestsTests {
  let cluster: ClusterConfiguration

  init() throws { cluster = ClusterConfiguration(name: try ClusterName("dev"), image: "image") }

  private let plugin = """
    # would you kindly template this file
    # would you kindly patch this file
    ---
    kind: DaemonSet
    spec:
      template:
        spec:
          containers:
          - name: kindnet-cni
            env:
            - {name: POD_SUBNET, value: "{{ .PodSubnet }}"}
    """

  @Test("the network plug-in gets the pod subnet and the API server's address, where its manifest asks for them")
  func networkPlugin() throws {
    let objects = try NodeManifests.networkPlugin(plugin, cluster: cluster)
    #expect(objects.count == 1)
    #expect(
      objects[0]["spec"]["template"]["spec"]["containers"][0]["env"] == [
        ["name": "POD_SUBNET", "value": "10.244.0.0/16"],
        ["name": "CONTROL_PLANE_ENDPOINT", "value": "dev-control-plane:6443"],
      ])
  }

  @Test("a manifest that asks for nothing is left as it is")
  func plainPlugin() throws {
    let objects = try NodeManifests.networkPlugin("kind: DaemonSet\nspec: {x: '{{ .PodSubnet }}'}", cluster: cluster)
    #expect(objects == [["kind": "DaemonSet", "spec": ["x": "{{ .PodSubnet }}"]]])
  }

  @Test("the provisioner reaches the API server through the node's network; other objects stay as they are")
  func storage() throws {
    let objects = try NodeManifests.storage(
      "kind: Namespace\n---\nkind: Deployment\nspec: {template: {spec: {containers: [{name: a}]}}}", cluster: cluster)
    #expect(objects[0] == ["kind": "Namespace"])
    let pod = objects[1]["spec"]["template"]["spec"]
    #expect(pod["hostNetwork"] == true)
    #expect(pod["containers"][0]["env"][0] == ["name": "KUBERNETES_SERVICE_HOST", "value": "dev-control-plane"])
  }

  @Test("a node image without a storage manifest gets the host-path class")
  func noStorage() throws {
    let objects = try NodeManifests.storage(nil, cluster: cluster)
    #expect(objects.map { $0["provisioner"] } == ["kubernetes.io/host-path"])
  }
}
