import Documents

/// Subresources other than `status`, and the resources that only answer questions.
extension ClusterState {
  mutating func special(_ request: APIRequest, _ target: Target) throws(APIStatus) -> APIReply? {
    switch (target.definition.plural, target.subresource) {
    case (_, "status"):
      guard target.hasStatus else { throw .unknownPath }
      return nil
    case (_, "scale"): return try scale(request, target)
    case ("namespaces", "finalize"):
      guard var namespace = object(.namespaces, "", target.name) else {
        throw .notFound(target.definition, target.name)
      }
      namespace["spec"]["finalizers"] = try request.value()["spec"]["finalizers"]
      if namespace["spec"]["finalizers"].elements.isEmpty, !namespace["metadata"]["deletionTimestamp"].isNull {
        return .object(code: 200, remove(target.definition, target.key))
      }
      return .object(code: 200, put(namespace, target.definition, target.key))
    case ("pods", "log"):
      guard let pod = object(target.definition.id, target.key.namespace, target.name) else {
        throw .notFound(target.definition, target.name)
      }
      return .text(code: 200, contentType: "text/plain", log(of: pod, request))
    case ("pods", "eviction"):
      _ = try delete(target, DeleteOptions())
      return .object(
        code: 201, ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201])
    default: throw .unknownPath
    }
  }

  /// No container runs here; a test says in an annotation what it would have printed.
  private func log(of pod: Value, _ request: APIRequest) -> String {
    let container = request.query["container"] ?? pod["spec"]["containers"][0]["name"].stringValue ?? ""
    let run = request.query["previous"] == "true" ? "previous" : "present"
    let said = pod["metadata"]["annotations"]["stand-in/log"].stringValue ?? ""
    return "stand-in: the \(run) run of container \(container)\n\(said)\n"
  }

  private mutating func scale(_ request: APIRequest, _ target: Target) throws(APIStatus) -> APIReply {
    guard target.definition.version(target.version)?.hasScale == true else { throw .unknownPath }
    guard let object = object(target.definition.id, target.key.namespace, target.name) else {
      throw .notFound(target.definition, target.name)
    }
    var owner = target
    owner.subresource = ""
    guard request.method != "GET" else { return .object(code: 200, scaleObject(object)) }
    let replicas = try request.value()["spec"]["replicas"]
    var warnings: [String] = []
    let (changed, _) = try patch(
      owner, ["spec": ["replicas": replicas]], .merge, request.writeOptions, warnings: &warnings)
    return .object(code: 200, scaleObject(changed))
  }

  private func scaleObject(_ object: Value) -> Value {
    var metadata: Value = [:]
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
      metadata[field] = object["metadata"][field]
    }
    let labels = object["spec"]["selector"]["matchLabels"].members.map { "\($0.key)=\($0.value.stringValue ?? "")" }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata,
      "spec": ["replicas": object["spec"]["replicas"]],
      "status": [
        "replicas": object["status"]["replicas"].isNull ? 0 : object["status"]["replicas"],
        "selector": .string(labels.joined(separator: ",")),
      ],
    ]
  }

  /// Everyone who is authenticated may do everything here.
  func review(_ request: APIRequest, _ target: Target) -> Value {
    var review = (try? request.value()) ?? [:]
    review["kind"] = .string(target.definition.kind)
    review["apiVersion"] = .string(target.apiVersion)
    review["metadata"] = ["creationTimestamp": .null]
    let user: Value = ["username": .string(request.user), "groups": Value(request.groups)]
    switch target.definition.plural {
    case "selfsubjectreviews": review["status"] = ["userInfo": user]
    case "tokenreviews": review["status"] = ["authenticated": false]
    default: review["status"] = ["allowed": true]
    }
    return review
  }
}
