import Documents
import NodeServer

/// `kubeadm join` for a worker: asks the control plane's node to register it.
enum Join {
  static func run(_ options: Arguments) throws {
    let configuration = try Kubeadm.Configuration(path: options["config"] ?? "", commandLine: options)
    let endpoint = configuration.joining["discovery"]["bootstrapToken"]["apiServerEndpoint"].stringValue ?? ""
    let token = configuration.joining["discovery"]["bootstrapToken"]["token"].stringValue ?? ""
    let node: Value = [
      "name": .string(configuration.nodeName), "address": .string(configuration.address),
      "labels": configuration.labels,
    ]
    let answer = try TLSClient.post(
      endpoint: endpoint, path: "/stand-in/join", token: token, body: JSON.serialize(node))
    guard answer == 200 else {
      throw Kubeadm.Refusal(
        "error execution phase preflight: couldn't validate the identity of the API Server: status \(answer)")
    }
    Files.write("/etc/kubernetes/kubelet.conf", "apiVersion: v1\nkind: Config\n")
    say(
      "This node has joined the cluster:\n* Certificate signing request was sent to apiserver and a response was received."
    )
  }
}
