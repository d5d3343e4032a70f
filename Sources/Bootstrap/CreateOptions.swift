public import Platform

/// What `idpbuilder create` was asked for.
public struct CreateOptions: Sendable, Hashable {
  /// The cluster's name.
  public var name = "localdev"
  /// Delete a cluster of that name first.
  public var recreate = false
  /// The Kubernetes version, with or without `v`; nil for the default.
  public var kubeVersion: String?
  /// The node image; overrides the one that belongs to the version.
  public var nodeImage: String?
  /// Start from a saved snapshot of the same platform if there is one.
  public var usesSnapshots = true
  /// Leave what was made when the command fails.
  public var retain = false
  /// The kubeconfig file to write; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?
  /// How long to wait for the cluster to be ready.
  public var wait = Duration.seconds(300)
  /// Make the Kubernetes cluster and nothing on it.
  public var clusterOnly = false
  /// The platform's DNS name.
  public var host = "cnoe.localtest.me"
  /// The name the ingress answers to where it differs: behind a proxy or a tunnel.
  public var ingressHost: String?
  /// `http` or `https`.
  public var scheme = PlatformOptions.Scheme.https
  /// The port on this machine at which the platform is reached.
  public var port = 8443
  /// Services are paths below the host rather than names below it.
  public var usePathRouting = false
  /// Both administrators get the password `developer`; everything is published on loopback only.
  public var devPassword = false
  /// More ports of the node that are published: port on this machine, port in the node.
  public var extraPorts: [PortPair] = []
  /// The address of this machine at which ports are published.
  public var listenAddress = "127.0.0.1"
  /// A docker configuration file with credentials, for the node's image pulls.
  public var registryConfig: String?
  /// Changes to the platform's packages, each `PACKAGE:FILE`.
  public var packageCustomFiles: [String] = []
  /// Packages of the user: directories, files and addresses, each value perhaps several, separated by commas.
  public var packages: [String] = []
  /// Remove packages that were given to an earlier run and are not given any longer.
  public var prunePackages = false
  /// Wait until the packages' Applications are Synced and Healthy.
  public var waitForPackages = true
  /// More images that the nodes have from the start.
  public var preload: [String] = []
  /// Start nodes from a node image with everything inside, and make it where there is none.
  public var usesCache = true
  /// A cluster configuration in kind's format: a file or a URL.
  public var kindConfig: String?

  /// The defaults.
  public init() {}
}

/// A published port.
public struct PortPair: Sendable, Hashable {
  /// The port on this machine.
  public var host: Int
  /// The port in the node.
  public var node: Int

  /// A port on this machine that leads to one in the node.
  public init(host: Int, node: Int) {
    self.host = host
    self.node = node
  }
}

/// What `create` left behind.
public struct CreateOutcome: Sendable, Hashable {
  /// The cluster's name.
  public var name: String
  /// The context in the kubeconfig: `kind-localdev`.
  public var context: String
  /// The kubeconfig file that has the context.
  public var kubeconfig: String
  /// Whether everything was there already.
  public var wasComplete: Bool

  /// Argo CD's address; nil without a platform.
  public var argoCDURL: String?
  /// Gitea's address; nil without a platform.
  public var giteaURL: String?

  /// Describes what is there now.
  public init(
    name: String, context: String, kubeconfig: String, wasComplete: Bool, argoCDURL: String? = nil,
    giteaURL: String? = nil
  ) {
    self.name = name
    self.context = context
    self.kubeconfig = kubeconfig
    self.wasComplete = wasComplete
    self.argoCDURL = argoCDURL
    self.giteaURL = giteaURL
  }
}
