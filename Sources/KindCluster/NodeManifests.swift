import Diagnostics
public import Documents

/// The manifests a node image brings along: its network plug-in and its storage.
public enum NodeManifests {
  /// Where kind's node images keep the network plug-in's manifest.
  public static let networkPluginPath = "/kind/manifests/default-cni.yaml"
  /// Where they keep the storage provisioner's manifest.
  public static let storagePath = "/kind/manifests/default-storage.yaml"

  /// The objects of the network plug-in.
  ///
  /// The manifest asks for what is to be done with it in so many words, in comments (kind
  /// `pkg/cluster/internal/create/actions/installcni/cni.go`): to fill in the pod subnet, and to tell the DaemonSet
  /// where the API server is, so that it need not wait for kube-proxy.
  ///
  /// - Parameters:
  ///   - manifest: The file's text.
  ///   - cluster: The cluster it is for.
  /// - Returns: The objects, in the file's order.
  /// - Throws: `DocumentError` if the text is not YAML.
  public static func networkPlugin(_ manifest: String, cluster: ClusterConfiguration) throws -> [Value] {
    var text = manifest
    if text.contains("would you kindly template this file") {
      text = replacing(#"{{ .PodSubnet }}"#, in: text, by: cluster.networking.podSubnet)
      text = replacing(#"{{.PodSubnet}}"#, in: text, by: cluster.networking.podSubnet)
    }
    var objects = try YAML.parseAll(text, source: networkPluginPath).map(\.value).filter { !$0.isNull }
    guard manifest.contains("would you kindly patch this file") else { return objects }
    for index in objects.indices where objects[index]["kind"] == "DaemonSet" {
      var container = objects[index]["spec"]["template"]["spec"]["containers"][0]
      container["env"] = .array(
        container["env"].elements + [
          ["name": "CONTROL_PLANE_ENDPOINT", "value": .string(cluster.controlPlaneEndpoint)]
        ])
      objects[index]["spec"]["template"]["spec"]["containers"][0] = container
    }
    return objects
  }

  /// The objects of the storage provisioner and the default StorageClass.
  ///
  /// The provisioner ends when it cannot reach the API server, and is started anew only ten seconds later. It would need
  /// the pod network, kube-proxy and CoreDNS for that, all of which start at the same time; so it is given the node's
  /// network and the API server's name there, as kindnetd is.
  ///
  /// - Parameters:
  ///   - manifest: The file's text, nil for node images that bring none: they get the class of the controller manager's
  ///     own host-path provisioner.
  ///   - cluster: The cluster it is for.
  /// - Returns: The objects, in the file's order.
  /// - Throws: `DocumentError` if the text is not YAML.
  public static func storage(_ manifest: String?, cluster: ClusterConfiguration) throws -> [Value] {
    if let manifest {
      return try YAML.parseAll(manifest, source: storagePath).map(\.value).filter { !$0.isNull }
        .map { $0["kind"] == "Deployment" ? withDirectAccess($0, cluster) : $0 }
    }
    return [
      [
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": [
          "name": "standard", "annotations": ["storageclass.kubernetes.io/is-default-class": "true"],
        ],
        "provisioner": "kubernetes.io/host-path",
      ]
    ]
  }

  private static func withDirectAccess(_ deployment: Value, _ cluster: ClusterConfiguration) -> Value {
    var deployment = deployment
    var pod = deployment["spec"]["template"]["spec"]
    pod["hostNetwork"] = true
    for index in pod["containers"].elements.indices {
      pod["containers"][index]["env"] = .array(
        pod["containers"][index]["env"].elements + [
          ["name": "KUBERNETES_SERVICE_HOST", "value": .string(cluster.controlPlaneName)],
          ["name": "KUBERNETES_SERVICE_PORT", "value": .string(String(Names.apiServerPort))],
        ])
    }
    deployment["spec"]["template"]["spec"] = pod
    return deployment
  }

  private static func replacing(_ pattern: String, in text: String, by replacement: String) -> String {
    text.split(separator: pattern, omittingEmptySubsequences: false).joined(separator: replacement)
  }
}
