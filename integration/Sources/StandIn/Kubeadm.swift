import Documents
import Glibc
import NodeServer

/// `kubeadm init` as kind calls it: reads the configuration, leaves the files, starts the API server.
enum Kubeadm {
  struct Refusal: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  static func run(_ arguments: [String]) -> Int32 {
    let options = Arguments(arguments, flags: ["skip-token-print", "upload-certs", "force", "f"])
    do {
      switch options.rest.first {
      case "init": try initialize(options)
      case "version": say(nodeVersion())
      case "join": try Join.run(options)
      case "reset": break
      default: throw Refusal("unknown command \"\(options.rest.first ?? "")\" for \"kubeadm\"")
      }
      return 0
    } catch let refusal as Refusal {
      complain("error: \(refusal.message)\nTo see the stack trace of this error execute with --v=5 or higher")
    } catch {
      complain("error: \(error)")
    }
    return 1
  }

  private static func initialize(_ options: Arguments) throws {
    let faults = Faults()
    let configuration = try Configuration(path: options["config"] ?? "", commandLine: options)
    say("[init] Using Kubernetes version: \(configuration.version)")
    let node = configuration.nodeName
    if Files.exists(NodeLayout.adminConfig) {
      throw Refusal(
        "error execution phase preflight: [preflight] Some fatal errors occurred:\n\t[ERROR FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml]: /etc/kubernetes/manifests/kube-apiserver.yaml already exists"
      )
    }
    say("[certs] Using certificateDir folder \"/etc/kubernetes/pki\"")
    if faults.kubeadm == "hang" {
      say("[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s")
      while true { pause() }
    }
    if faults.kubeadm == "fail" {
      throw Refusal(
        "error execution phase wait-control-plane: failed while waiting for the control plane to start: "
          + "[kube-apiserver check failed at https://\(node):6443/livez: context deadline exceeded]")
    }
    let authority = try certificates(configuration)
    try kubeconfigs(configuration, authority)
    Files.makeDirectory("/etc/kubernetes/manifests")
    for component in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
      Files.write(
        "/etc/kubernetes/manifests/\(component).yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \(component)\n  namespace: kube-system\n")
    }
    Files.write("/var/lib/kubelet/config.yaml", configuration.kubelet)
    Files.write(
      NodeLayout.settings, JSON.serialize(configuration.settings(clusterInfo: configuration.clusterInfo(authority))))
    say(
      "[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory \"/etc/kubernetes/manifests\""
    )
    guard let answer = LocalClient.send(socket: NodeLayout.socket, method: "POST", target: "/stand-in/start"),
      answer.status == 200
    else {
      throw Refusal("error execution phase wait-control-plane: the API server did not start")
    }
    say("[addons] Applied essential addon: CoreDNS")
    say("[addons] Applied essential addon: kube-proxy")
    say("\nYour Kubernetes control-plane has initialized successfully!")
  }

  private static func certificates(_ configuration: Configuration) throws -> Identity {
    func keep(_ identity: Identity, _ name: String) {
      Files.write("\(NodeLayout.pki)/\(name).crt", identity.certificate, mode: 0o644)
      Files.write("\(NodeLayout.pki)/\(name).key", identity.key)
    }
    let authority = try Authority.issue(commonName: "kubernetes", purpose: .authority, days: 3_650)
    keep(authority, "ca")
    for name in ["front-proxy-ca", "etcd/ca"] {
      keep(try Authority.issue(commonName: name.replacing("/", with: "-"), purpose: .authority, days: 3_650), name)
    }
    let services = [
      "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
    ]
    let (names, addresses) = configuration.alternativeNames
    keep(
      try Authority.issue(
        commonName: "kube-apiserver", purpose: .server(names: services + names, addresses: addresses), issuer: authority
      ), "apiserver")
    keep(
      try Authority.issue(
        commonName: "kube-apiserver-kubelet-client", organizations: ["kubeadm:cluster-admins"], purpose: .client,
        issuer: authority),
      "apiserver-kubelet-client")
    let accounts = try Authority.issue(commonName: "sa", purpose: .authority)
    Files.write("\(NodeLayout.pki)/sa.key", accounts.key)
    Files.write("\(NodeLayout.pki)/sa.pub", accounts.certificate)
    return authority
  }

  private static func kubeconfigs(_ configuration: Configuration, _ authority: Identity) throws {
    for (file, user, groups) in [
      ("admin.conf", "kubernetes-admin", ["kubeadm:cluster-admins"]),
      ("super-admin.conf", "kubernetes-super-admin", ["system:masters"]),
      ("kubelet.conf", "system:node:\(configuration.nodeName)", ["system:nodes"]),
      ("controller-manager.conf", "system:kube-controller-manager", []),
      ("scheduler.conf", "system:kube-scheduler", []),
    ] {
      let identity = try Authority.issue(commonName: user, organizations: groups, purpose: .client, issuer: authority)
      Files.write("/etc/kubernetes/\(file)", configuration.kubeconfig(authority, user: user, identity))
    }
  }
}
