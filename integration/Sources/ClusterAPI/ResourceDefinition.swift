import Documents

/// What makes a resource: `apps/deployments`.
public struct ResourceID: Hashable, Sendable {
  /// The API group; empty for the core group.
  public var group: String
  /// The plural name, as in the path.
  public var plural: String

  /// Names a resource.
  public init(_ group: String, _ plural: String) {
    self.group = group
    self.plural = plural
  }
}

/// An object's place within a resource; ordered as etcd orders its keys.
public struct ObjectKey: Hashable, Comparable, Sendable {
  /// Empty for cluster-scoped objects.
  public var namespace: String
  /// The object's name.
  public var name: String

  /// Names an object.
  public init(_ namespace: String, _ name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// By namespace, then by name.
  public static func < (one: ObjectKey, other: ObjectKey) -> Bool {
    (one.namespace, one.name) < (other.namespace, other.name)
  }
}

/// A resource the server knows.
public struct ResourceDefinition: Sendable {
  /// One version under which it is served.
  public struct Version: Sendable {
    var name: String
    /// The OpenAPI schema of a custom resource.
    var schema: Value?
    var hasStatus: Bool
    var hasScale: Bool
    /// `additionalPrinterColumns` of a custom resource.
    var columns: [Value] = []
  }

  var group: String
  /// The preferred one first.
  var versions: [Version]
  var storageVersion: String
  var plural: String
  var singular: String
  var kind: String
  var listKind: String
  var shortNames: [String] = []
  var categories: [String] = []
  var namespaced: Bool
  /// Whether its objects live in namespaces.
  public var isNamespaced: Bool { namespaced }
  var isCustom = false
  var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

  var id: ResourceID { ResourceID(group, plural) }
  /// `deployments.apps`, or `pods`.
  var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

  func version(_ name: String) -> Version? { versions.first { $0.name == name } }

  func apiVersion(_ version: String) -> String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension ResourceDefinition {
  /// The resources of a Kubernetes API server that a platform touches. Source: `kubectl api-resources` of v1.36.
  static let builtIn: [ResourceDefinition] = table.split(separator: "\n").map { line in
    let words = line.split(separator: " ").map(String.init)
    let (groupVersion, plural, kind, scope) = (words[0], words[1], words[2], words[3])
    let short = words.count > 4 && words[4] != "-" ? words[4].split(separator: ",").map(String.init) : []
    let extras = words.count > 5 ? words[5].split(separator: ",").map(String.init) : []
    let parts = groupVersion.split(separator: "/").map(String.init)
    let version = parts[parts.count - 1]
    var definition = ResourceDefinition(
      group: parts.count > 1 ? parts[0] : "",
      versions: [
        Version(name: version, schema: nil, hasStatus: extras.contains("status"), hasScale: extras.contains("scale"))
      ],
      storageVersion: version, plural: plural, singular: kind.lowercased(), kind: kind, listKind: kind + "List",
      shortNames: short, namespaced: scope == "N")
    if extras.contains("all") { definition.categories = ["all"] }
    if extras.contains("create-only") { definition.verbs = ["create"] }
    return definition
  }

  private static let table = """
    v1 namespaces Namespace C ns status
    v1 configmaps ConfigMap N cm
    v1 secrets Secret N
    v1 services Service N svc status,all
    v1 serviceaccounts ServiceAccount N sa
    v1 pods Pod N po status,all
    v1 podtemplates PodTemplate N
    v1 replicationcontrollers ReplicationController N rc status,scale,all
    v1 endpoints Endpoints N ep
    v1 events Event N ev
    v1 nodes Node C no status
    v1 persistentvolumeclaims PersistentVolumeClaim N pvc status
    v1 persistentvolumes PersistentVolume C pv status
    v1 limitranges LimitRange N limits
    v1 resourcequotas ResourceQuota N quota status
    apps/v1 deployments Deployment N deploy status,scale,all
    apps/v1 statefulsets StatefulSet N sts status,scale,all
    apps/v1 daemonsets DaemonSet N ds status,all
    apps/v1 replicasets ReplicaSet N rs status,scale,all
    apps/v1 controllerrevisions ControllerRevision N
    batch/v1 jobs Job N - status,all
    batch/v1 cronjobs CronJob N cj status,all
    autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler N hpa status,all
    policy/v1 poddisruptionbudgets PodDisruptionBudget N pdb status
    networking.k8s.io/v1 ingresses Ingress N ing status
    networking.k8s.io/v1 ingressclasses IngressClass C
    networking.k8s.io/v1 networkpolicies NetworkPolicy N netpol
    discovery.k8s.io/v1 endpointslices EndpointSlice N
    coordination.k8s.io/v1 leases Lease N
    events.k8s.io/v1 events Event N ev
    node.k8s.io/v1 runtimeclasses RuntimeClass C
    scheduling.k8s.io/v1 priorityclasses PriorityClass C pc
    storage.k8s.io/v1 storageclasses StorageClass C sc
    storage.k8s.io/v1 csidrivers CSIDriver C
    storage.k8s.io/v1 csinodes CSINode C
    storage.k8s.io/v1 volumeattachments VolumeAttachment C - status
    rbac.authorization.k8s.io/v1 roles Role N
    rbac.authorization.k8s.io/v1 rolebindings RoleBinding N
    rbac.authorization.k8s.io/v1 clusterroles ClusterRole C
    rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding C
    apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition C crd,crds status
    apiregistration.k8s.io/v1 apiservices APIService C - status
    admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration C
    admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration C
    admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy C - status
    admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding C
    certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest C csr status
    flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema C - status
    flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration C - status
    authentication.k8s.io/v1 tokenreviews TokenReview C - create-only
    authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview C - create-only
    authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview C - create-only
    authorization.k8s.io/v1 subjectaccessreviews SubjectAccessReview C - create-only
    """

  /// The definition that a CustomResourceDefinition asks for.
  init?(customResourceDefinition crd: Value) {
    let spec = crd["spec"]
    guard let group = spec["group"].stringValue, let plural = spec["names"]["plural"].stringValue,
      let kind = spec["names"]["kind"].stringValue
    else { return nil }
    self.group = group
    self.plural = plural
    self.kind = kind
    singular = spec["names"]["singular"].stringValue ?? kind.lowercased()
    listKind = spec["names"]["listKind"].stringValue ?? kind + "List"
    shortNames = spec["names"]["shortNames"].elements.compactMap(\.stringValue)
    categories = spec["names"]["categories"].elements.compactMap(\.stringValue)
    namespaced = spec["scope"].stringValue != "Cluster"
    isCustom = true
    versions = spec["versions"].elements.compactMap { version in
      guard version["served"].boolValue == true, let name = version["name"].stringValue else { return nil }
      return Version(
        name: name, schema: version["schema"]["openAPIV3Schema"], hasStatus: !version["subresources"]["status"].isNull,
        hasScale: !version["subresources"]["scale"].isNull, columns: version["additionalPrinterColumns"].elements)
    }
    storageVersion =
      spec["versions"].elements.first { $0["storage"].boolValue == true }?["name"].stringValue
      ?? versions.first?.name ?? "v1"
  }
}
