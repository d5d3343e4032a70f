public import Documents

extension ClusterState {
  /// Changes an object by a patch.
  /// - Returns: the object, and whether it was created.
  public mutating func patch(
    _ target: Target, _ patch: Value, _ kind: PatchKind, _ options: WriteOptions, warnings: inout [String]
  ) throws(APIStatus) -> (object: Value, created: Bool) {
    let current = object(target.definition.id, target.key.namespace, target.name)
    if kind == .apply { return try apply(target, patch, current, options, &warnings) }
    guard let current else { throw .notFound(target.definition, target.name) }
    let shown = converted(current, target)
    var changed: Value
    switch kind {
    case .json: changed = try Patches.json(shown, patch)
    case .merge: changed = Patches.merge(shown, patch)
    default:
      guard !target.definition.isCustom else {
        throw .unsupportedMediaType("application/strategic-merge-patch+json")
      }
      changed = try StrategicMergePatch.apply(shown, patch, target.topology)
    }
    var target = target
    try identify(&changed, &target)
    return (try replace(current, with: changed, target, options, managed: nil, &warnings), false)
  }

  private mutating func apply(
    _ target: Target, _ config: Value, _ current: Value?, _ options: WriteOptions, _ warnings: inout [String]
  ) throws(APIStatus) -> (object: Value, created: Bool) {
    var target = target
    var config = config
    if !config["metadata"]["managedFields"].elements.isEmpty {
      throw .badRequest("metadata.managedFields must be nil")
    }
    try identify(&config, &target)
    if target.definition.isCustom, let schema = target.definition.version(target.version)?.schema {
      var unknown: [String] = []
      config = StructuralSchema(schema: schema).prune(config, unknown: &unknown)
      try report(unknown, options, &warnings)
    }
    let merge = ServerSideApply(
      manager: options.fieldManager, force: options.force, apiVersion: target.apiVersion,
      subresource: target.subresource, topology: target.topology)
    if let current {
      var wanted = config
      let version = wanted["metadata"].removeValue(forKey: "resourceVersion")
      if target.subresource == "status" {
        wanted = ["apiVersion": config["apiVersion"], "kind": config["kind"], "status": config["status"]]
      } else if target.hasStatus {
        wanted.removeValue(forKey: "status")
      }
      var merged = try merge.merge(live: converted(current, target), config: wanted)
      if let version { merged["metadata"]["resourceVersion"] = version }
      let managed = merged["metadata"]["managedFields"]
      return (try replace(current, with: merged, target, options, managed: managed, &warnings), false)
    }
    guard target.subresource.isEmpty else { throw .notFound(target.definition, target.name) }
    try checkNamespace(target)
    if target.hasStatus { config.removeValue(forKey: "status") }
    let managed = ManagedFields(of: try merge.merge(live: .null, config: config))
    var object = try admitted(config, nil, target, options, &warnings)
    object = initialStatus(object, target)
    stamp(&object, managed)
    try validate(object, nil, target)
    if options.dryRun { return (converted(object, target), true) }
    return (converted(put(object, target.definition, target.key), target), true)
  }
}
