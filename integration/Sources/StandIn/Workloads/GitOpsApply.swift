import ClusterAPI
import Documents

/// Applies an Application's objects and prunes what it no longer has.
struct GitOpsApply {
  let application: Value

  private static let first = [
    "Namespace", "CustomResourceDefinition", "ServiceAccount", "Secret", "ConfigMap", "ClusterRole", "Role",
  ]

  /// - Returns: one sync result per object.
  func apply(_ objects: [Value], _ state: inout ClusterState) -> [Value] {
    var results: [Value] = []
    let destination = application["spec"]["destination"]["namespace"].stringValue ?? "default"
    let creates = application["spec"]["syncPolicy"]["syncOptions"].elements.contains("CreateNamespace=true")
    if creates, state.object(.namespaces, "", destination) == nil { state.store(.namespaces, "", destination) { _ in } }
    let ordered = objects.enumerated().sorted {
      rank($0.element) * 100_000 + $0.offset < rank($1.element) * 100_000 + $1.offset
    }
    for (_, object) in ordered { results.append(apply(object, destination, &state)) }
    if application["spec"]["syncPolicy"]["automated"]["prune"].boolValue == true { prune(results, &state) }
    return results
  }

  private func rank(_ object: Value) -> Int {
    Self.first.firstIndex(of: object["kind"].stringValue ?? "") ?? Self.first.count
  }

  private func apply(_ object: Value, _ destination: String, _ state: inout ClusterState) -> Value {
    var object = object
    let apiVersion = object["apiVersion"].stringValue ?? ""
    let kind = object["kind"].stringValue ?? ""
    let parts = apiVersion.split(separator: "/").map(String.init)
    let (group, version) = parts.count == 2 ? (parts[0], parts[1]) : ("", apiVersion)
    var result: Value = [
      "group": .string(group), "version": .string(version), "kind": .string(kind), "name": object["metadata"]["name"],
      "namespace": "", "syncPhase": "Sync",
    ]
    guard let definition = state.definition(group: group, kind: kind) else {
      result["status"] = "SyncFailed"
      result["message"] =
        "The Kubernetes API could not find \(group)/\(kind) for requested resource \(destination)/\(object.name). Make sure the \"\(kind)\" CRD is installed on the destination cluster."
      return result
    }
    let namespace = definition.isNamespaced ? (object.namespace.isEmpty ? destination : object.namespace) : ""
    result["namespace"] = .string(namespace)
    if definition.isNamespaced { object["metadata"]["namespace"] = .string(namespace) }
    object["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = .string(
      "\(application.name):\(group)/\(kind):\(namespace)/\(object.name)")
    let target = Target(
      definition: definition, version: version, namespace: namespace, name: object.name, subresource: "")
    var warnings: [String] = []
    do throws(APIStatus) {
      let (_, created) = try state.patch(
        target, object, .apply, WriteOptions(fieldManager: "argocd-controller", force: true), warnings: &warnings)
      result["status"] = "Synced"
      result["message"] = .string("\(kind.lowercased())/\(object.name) \(created ? "created" : "serverside-applied")")
    } catch {
      result["status"] = "SyncFailed"
      result["message"] = .string(error.message)
    }
    return result
  }

  /// Deletes what the Application made and is not among the results.
  func prune(_ results: [Value], _ state: inout ClusterState) {
    for (id, object) in leftovers(results, state) {
      guard let target = state.target(id, object.namespace, object.name) else { continue }
      _ = try? state.delete(target, DeleteOptions())
    }
  }

  /// What the Application made and is not among the results, as its status shows it if it may not prune.
  func unpruned(_ results: [Value], _ state: ClusterState) -> [Value] {
    leftovers(results, state).map { id, object in
      [
        "group": .string(id.group), "kind": object["kind"], "name": .string(object.name),
        "namespace": .string(object.namespace), "status": "OutOfSync", "requiresPruning": true,
      ]
    }
  }

  private func leftovers(_ results: [Value], _ state: ClusterState) -> [(ResourceID, Value)] {
    let kept = Set(
      results.map {
        "\(application.name):\($0["group"].stringValue ?? "")/\($0["kind"].stringValue ?? ""):\($0["namespace"].stringValue ?? "")/\($0["name"].stringValue ?? "")"
      })
    return state.objects.flatMap { id, members in
      members.values.filter { object in
        let tracking = object["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"].stringValue ?? ""
        return tracking.hasPrefix(application.name + ":") && !kept.contains(tracking)
      }.map { (id, $0) }
    }
  }
}
