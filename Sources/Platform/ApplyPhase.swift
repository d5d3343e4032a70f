public import Documents

/// The order in which objects are applied: each phase may need what an earlier one made. Within a phase all objects can
/// be applied at once.
public enum ApplyPhase: Int, Sendable, Hashable, CaseIterable, Comparable {
  /// Namespaces.
  case namespaces
  /// Custom resource definitions; they must be established before their objects are applied.
  case definitions
  /// Accounts, rights, settings, services, storage: what workloads find when they start.
  case settings
  /// Whatever is not in another phase: Deployments and the like, and objects of custom kinds.
  case workloads
  /// Ingress objects. Before the webhooks, so that on a new cluster they need not wait for the ingress to run.
  case routes
  /// Webhooks that check objects: last, as from then on they must answer.
  case webhooks

  /// The phase of an object.
  public init(_ object: Value) {
    switch object["kind"].stringValue {
    case "Namespace": self = .namespaces
    case "CustomResourceDefinition": self = .definitions
    case "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Secret", "Service",
      "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "NetworkPolicy", "IngressClass", "PriorityClass":
      self = .settings
    case "Ingress": self = .routes
    case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration": self = .webhooks
    default: self = .workloads
    }
  }

  /// Earlier phases are smaller.
  public static func < (left: ApplyPhase, right: ApplyPhase) -> Bool { left.rawValue < right.rawValue }

  /// Objects by phase, in the order of the phases; phases without objects are left out.
  public static func grouped(_ objects: [Value]) -> [(phase: ApplyPhase, objects: [Value])] {
    let groups = Dictionary(grouping: objects, by: ApplyPhase.init)
    return allCases.compactMap { phase in groups[phase].map { (phase, $0) } }
  }
}
