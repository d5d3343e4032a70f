import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// What the steps of one `create` share: what is wanted, and what earlier steps made for later ones.
///
/// Every promise is made by one step and read by those that come after it, or wait for it.
final class ClusterRun: Sendable {
  /// Tells the containers of this run from all others, so that a roll-back takes back no one else's.
  static let runLabel = "idpbuilder.run"
  /// Says of a container that its cluster gets ``completionAnnotation`` at the end. Clusters of kind do not, nor those
  /// made with `--retain`, which are the user's business when something fails.
  static let completionLabel = "idpbuilder.marks-completion"
  /// Says of the namespace `kube-system` that everything was installed which makes the cluster one.
  static let completionAnnotation = "idpbuilder.cnoe.io/cluster-complete"

  let engine: Engine
  let environment: [String: String]
  let options: CreateOptions
  let cluster: ClusterConfiguration
  let kubeconfigs: KubeconfigStore
  let runID: String
  /// Made before anything else.
  let traits: EngineTraits
  /// Puts images into the node image; nil if nodes start from the node image as it is.
  let preparation: PreparationRun?

  /// The version in the node image; made by the node step.
  let version = Promise<KubernetesVersion>()
  /// Where the API server will answer on this machine; made by the node step.
  let server = Promise<String>()
  /// The manifests in the node image; made by the node step.
  let manifests = Promise<(networkPlugin: String?, storage: String?)>()
  /// The file in the node with credentials that work from the first moment; made while kubeadm runs.
  let credentials = Promise<[UInt8]>()
  /// A client for the API server, which answers; made by the API server step.
  let kubernetes: Promise<KubernetesClient>
  /// The kubeconfig file that was written.
  let kubeconfig = Promise<String>()

  init(
    engine: Engine, traits: EngineTraits, environment: [String: String], options: CreateOptions,
    cluster: ClusterConfiguration, kubeconfigs: KubeconfigStore, kubernetes: Promise<KubernetesClient>,
    runID: String, preparation: PreparationRun? = nil
  ) {
    self.engine = engine
    self.traits = traits
    self.environment = environment
    self.options = options
    self.cluster = cluster
    self.kubeconfigs = kubeconfigs
    self.kubernetes = kubernetes
    self.runID = runID
    self.preparation = preparation
  }

  var controlPlane: Node { Node(engine, name: cluster.controlPlaneName) }
}

extension StepID {
  static let nodeImage: StepID = "node-image"
  static let preparedImage: StepID = "prepared-image"
  static let node: StepID = "node"
  static let controlPlane: StepID = "control-plane"
  static let apiServer: StepID = "api-server"
  static let networkPlugin: StepID = "network-plugin"
  static let storage: StepID = "storage"
  static let workers: StepID = "workers"
  static let kubeconfig: StepID = "kubeconfig"
  static let ready: StepID = "ready"
}
