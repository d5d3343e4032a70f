import Documents

// What every write goes through before it is kept.
extension ClusterState {
  /// Checks that the body is what the path says, and completes it.
  func identify(_ object: inout Value, _ target: inout Target) throws(APIStatus) {
    guard object.objectValue != nil else { throw .badRequest("the object provided is not a JSON object") }
    let kind = object["kind"].stringValue ?? ""
    let apiVersion = object["apiVersion"].stringValue ?? ""
    if kind.isEmpty { object["kind"] = .string(target.definition.kind) }
    if apiVersion.isEmpty { object["apiVersion"] = .string(target.apiVersion) }
    if !kind.isEmpty, kind != target.definition.kind {
      throw .badRequest(
        "\(kind) in version \"\(target.version)\" cannot be handled as a \(target.definition.kind): strict decoding error: "
          + "kind does not match")
    }
    if !apiVersion.isEmpty, apiVersion != target.apiVersion {
      throw .badRequest(
        "the API version in the data (\(apiVersion)) does not match the expected API version (\(target.apiVersion))")
    }
    let name = object["metadata"]["name"].stringValue ?? ""
    if target.name.isEmpty {
      target.name = name
    } else if name.isEmpty {
      object["metadata"]["name"] = .string(target.name)
    } else if name != target.name {
      throw .badRequest(
        "the name of the object (\(name)) does not match the name on the URL (\(target.name))")
    }
    if target.definition.namespaced {
      let namespace = object["metadata"]["namespace"].stringValue ?? ""
      if namespace.isEmpty {
        object["metadata"]["namespace"] = .string(target.namespace ?? "")
      } else if namespace != target.namespace {
        throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
      }
    } else {
      object["metadata"].removeValue(forKey: "namespace")
    }
  }

  func checkNamespace(_ target: Target) throws(APIStatus) {
    guard target.definition.namespaced, let namespace = target.namespace else { return }
    guard let found = object(.namespaces, "", namespace) else {
      throw .notFound(definitions[.namespaces] ?? target.definition, namespace)
    }
    guard found["metadata"]["deletionTimestamp"].isNull else {
      var status = APIStatus.forbidden(
        target.definition, target.name,
        "unable to create new content in namespace \(namespace) because it is being terminated")
      status.causes = [
        .init("NamespaceTerminating", "namespace \(namespace) is being terminated", field: "metadata.namespace")
      ]
      throw status
    }
  }

  func admitted(
    _ object: Value, _ current: Value?, _ target: Target, _ options: WriteOptions, _ warnings: inout [String]
  ) throws(APIStatus) -> Value {
    guard target.definition.isCustom else { return try Defaults.apply(object, current, target, self) }
    guard let schema = target.definition.version(target.version)?.schema, !schema.isNull else { return object }
    let structural = StructuralSchema(schema: schema)
    var unknown: [String] = []
    var pruned = structural.prune(object, unknown: &unknown)
    try report(unknown, options, &warnings)
    pruned = structural.defaulted(pruned)
    return pruned
  }

  func report(_ unknown: [String], _ options: WriteOptions, _ warnings: inout [String]) throws(APIStatus) {
    guard !unknown.isEmpty else { return }
    let texts = unknown.map { "unknown field \"\($0)\"" }
    if options.fieldValidation == "Strict" {
      throw .badRequest("strict decoding error: " + texts.joined(separator: ", "))
    }
    if options.fieldValidation == "Warn" { warnings += texts }
  }

  func validate(_ object: Value, _ current: Value?, _ target: Target) throws(APIStatus) {
    var causes = Validation.check(object, current, target)
    if target.definition.isCustom, let schema = target.definition.version(target.version)?.schema, !schema.isNull {
      causes += StructuralSchema(schema: schema).validate(object)
    }
    if !causes.isEmpty { throw .invalid(target.definition, target.name, causes) }
  }

  /// The object in the version that was asked for (conversion strategy `None`).
  func converted(_ object: Value, _ target: Target) -> Value {
    guard target.definition.isCustom, target.definition.versions.count > 1 else { return object }
    var object = object
    object["apiVersion"] = .string(target.apiVersion)
    return object
  }
}
