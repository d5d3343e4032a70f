// The built-in resources that idpbuilder works with: names and scopes as `kubectl api-resources` lists them. They need
// no discovery, which saves a round trip for each group.
extension ResourceType {
  /// `v1` Namespace
  public static let namespaces = core("namespaces", "Namespace", isNamespaced: false)
  /// `v1` Node
  public static let nodes = core("nodes", "Node", isNamespaced: false)
  /// `v1` PersistentVolume
  public static let persistentVolumes = core("persistentvolumes", "PersistentVolume", isNamespaced: false)
  /// `v1` Pod
  public static let pods = core("pods", "Pod")
  /// `v1` Secret
  public static let secrets = core("secrets", "Secret")
  /// `v1` ConfigMap
  public static let configMaps = core("configmaps", "ConfigMap")
  /// `v1` Service
  public static let services = core("services", "Service")
  /// `v1` ServiceAccount
  public static let serviceAccounts = core("serviceaccounts", "ServiceAccount")
  /// `v1` PersistentVolumeClaim
  public static let persistentVolumeClaims = core("persistentvolumeclaims", "PersistentVolumeClaim")
  /// `v1` Endpoints
  public static let endpoints = core("endpoints", "Endpoints")
  /// `v1` Event
  public static let events = core("events", "Event")
  /// `v1` LimitRange
  public static let limitRanges = core("limitranges", "LimitRange")
  /// `v1` ResourceQuota
  public static let resourceQuotas = core("resourcequotas", "ResourceQuota")

  /// `apps/v1` Deployment
  public static let deployments = ResourceType(group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
  /// `apps/v1` StatefulSet
  public static let statefulSets = ResourceType(
    group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
  /// `apps/v1` DaemonSet
  public static let daemonSets = ResourceType(group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet")
  /// `apps/v1` ReplicaSet
  public static let replicaSets = ResourceType(group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet")
  /// `batch/v1` Job
  public static let jobs = ResourceType(group: "batch", version: "v1", plural: "jobs", kind: "Job")
  /// `batch/v1` CronJob
  public static let cronJobs = ResourceType(group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob")

  /// `networking.k8s.io/v1` Ingress
  public static let ingresses = networking("ingresses", "Ingress")
  /// `networking.k8s.io/v1` IngressClass
  public static let ingressClasses = networking("ingressclasses", "IngressClass", isNamespaced: false)
  /// `networking.k8s.io/v1` NetworkPolicy
  public static let networkPolicies = networking("networkpolicies", "NetworkPolicy")

  /// `rbac.authorization.k8s.io/v1` Role
  public static let roles = rbac("roles", "Role")
  /// `rbac.authorization.k8s.io/v1` RoleBinding
  public static let roleBindings = rbac("rolebindings", "RoleBinding")
  /// `rbac.authorization.k8s.io/v1` ClusterRole
  public static let clusterRoles = rbac("clusterroles", "ClusterRole", isNamespaced: false)
  /// `rbac.authorization.k8s.io/v1` ClusterRoleBinding
  public static let clusterRoleBindings = rbac("clusterrolebindings", "ClusterRoleBinding", isNamespaced: false)

  /// `apiextensions.k8s.io/v1` CustomResourceDefinition
  public static let customResourceDefinitions = ResourceType(
    group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition", isNamespaced: false)
  /// `apiregistration.k8s.io/v1` APIService
  public static let apiServices = ResourceType(
    group: "apiregistration.k8s.io", version: "v1", plural: "apiservices", kind: "APIService", isNamespaced: false)
  /// `admissionregistration.k8s.io/v1` ValidatingWebhookConfiguration
  public static let validatingWebhookConfigurations = ResourceType(
    group: "admissionregistration.k8s.io", version: "v1", plural: "validatingwebhookconfigurations",
    kind: "ValidatingWebhookConfiguration", isNamespaced: false)
  /// `admissionregistration.k8s.io/v1` MutatingWebhookConfiguration
  public static let mutatingWebhookConfigurations = ResourceType(
    group: "admissionregistration.k8s.io", version: "v1", plural: "mutatingwebhookconfigurations",
    kind: "MutatingWebhookConfiguration", isNamespaced: false)
  /// `storage.k8s.io/v1` StorageClass
  public static let storageClasses = ResourceType(
    group: "storage.k8s.io", version: "v1", plural: "storageclasses", kind: "StorageClass", isNamespaced: false)
  /// `policy/v1` PodDisruptionBudget
  public static let podDisruptionBudgets = ResourceType(
    group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget")
  /// `autoscaling/v2` HorizontalPodAutoscaler
  public static let horizontalPodAutoscalers = ResourceType(
    group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")
  /// `scheduling.k8s.io/v1` PriorityClass
  public static let priorityClasses = ResourceType(
    group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass", isNamespaced: false)
  /// `coordination.k8s.io/v1` Lease
  public static let leases = ResourceType(
    group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

  private static func core(_ plural: String, _ kind: String, isNamespaced: Bool = true) -> ResourceType {
    ResourceType(version: "v1", plural: plural, kind: kind, isNamespaced: isNamespaced)
  }

  private static func networking(_ plural: String, _ kind: String, isNamespaced: Bool = true) -> ResourceType {
    ResourceType(group: "networking.k8s.io", version: "v1", plural: plural, kind: kind, isNamespaced: isNamespaced)
  }

  private static func rbac(_ plural: String, _ kind: String, isNamespaced: Bool = true) -> ResourceType {
    ResourceType(
      group: "rbac.authorization.k8s.io", version: "v1", plural: plural, kind: kind, isNamespaced: isNamespaced)
  }

  /// All of the above by `apiVersion` and kind.
  static let common: [Key: ResourceType] = {
    let all: [ResourceType] = [
      namespaces, nodes, persistentVolumes, pods, secrets, configMaps, services, serviceAccounts,
      persistentVolumeClaims, endpoints, events, limitRanges, resourceQuotas, deployments, statefulSets, daemonSets,
      replicaSets, jobs, cronJobs, ingresses, ingressClasses, networkPolicies, roles, roleBindings, clusterRoles,
      clusterRoleBindings, customResourceDefinitions, apiServices, validatingWebhookConfigurations,
      mutatingWebhookConfigurations, storageClasses, podDisruptionBudgets, horizontalPodAutoscalers, priorityClasses,
      leases,
    ]
    return Dictionary(uniqueKeysWithValues: all.map { (Key(apiVersion: $0.apiVersion, kind: $0.kind), $0) })
  }()

  /// What an object says about its kind.
  struct Key: Hashable {
    let apiVersion: String
    let kind: String
  }
}
