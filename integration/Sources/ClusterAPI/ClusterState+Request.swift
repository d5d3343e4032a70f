import Documents

extension ClusterState {
  /// Answers a request.
  public mutating func answer(_ request: APIRequest) -> APIReply {
    do throws(APIStatus) {
      return try route(request)
    } catch {
      return .object(code: error.code, error.value)
    }
  }

  private mutating func route(_ request: APIRequest) throws(APIStatus) -> APIReply {
    if let reply = discovery(request) { return reply }
    guard var target = try target(of: request) else { throw .unknownPath }
    if !target.subresource.isEmpty, let reply = try special(request, target) { return reply }
    if target.definition.verbs == ["create"] { return .object(code: 201, review(request, target)) }
    switch (request.method, target.name.isEmpty) {
    case ("GET", true), ("HEAD", true):
      return isWatch(request)
        ? .watch(try watchRequest(request, target)) : .object(code: 200, try list(request, target))
    case ("GET", false), ("HEAD", false):
      if isWatch(request) { return .watch(try watchRequest(request, target)) }
      guard let object = object(target.definition.id, target.key.namespace, target.name) else {
        throw .notFound(target.definition, target.name)
      }
      let shown = converted(object, target)
      return .object(code: 200, wantsTable(request) ? Table.render([shown], target, metadata: [:]) : shown)
    case ("POST", true):
      if target.namespace == nil, target.definition.namespaced { throw .methodNotAllowed() }
      return try creation(request, target)
    case ("PUT", false): return try replacement(request, &target)
    case ("PATCH", false): return try patching(request, target)
    case ("DELETE", false):
      return .object(code: 200, try delete(target, try deleteOptions(request)))
    case ("DELETE", true): return .object(code: 200, try deleteCollection(request, target))
    default: throw .methodNotAllowed()
    }
  }

  private func isWatch(_ request: APIRequest) -> Bool { ["true", "1"].contains(request.query["watch"] ?? "") }

  // MARK: Paths

  private func target(of request: APIRequest) throws(APIStatus) -> Target? {
    var rest = request.segments[...]
    let group: String
    switch rest.popFirst() {
    case "api": group = ""
    case "apis": group = rest.popFirst() ?? ""
    default: return nil
    }
    guard let version = rest.popFirst(), !rest.isEmpty else { return nil }
    var namespace: String?
    // `namespaces/x/y` names a resource in a namespace, `namespaces/x` and its subresources the namespace itself.
    if rest.first == "namespaces", rest.count > 2,
      !(rest.count == 3 && ["status", "finalize"].contains(rest.last ?? ""))
    {
      rest.removeFirst()
      namespace = rest.popFirst()
    }
    guard let plural = rest.popFirst(), let definition = definitions[ResourceID(group, plural)],
      definition.version(version) != nil, rest.count <= 2 || plural == "services" || plural == "pods"
    else { return nil }
    if namespace != nil, !definition.namespaced { return nil }
    return Target(
      definition: definition, version: version, namespace: definition.namespaced ? namespace : "",
      name: rest.popFirst() ?? "", subresource: rest.popFirst() ?? "")
  }

  // MARK: Writes

  private mutating func creation(_ request: APIRequest, _ target: Target) throws(APIStatus) -> APIReply {
    var warnings: [String] = []
    let object = try create(target, try request.value(), request.writeOptions, warnings: &warnings)
    return .object(
      code: 201, wantsTable(request) ? Table.render([object], target, metadata: [:]) : object, warnings: warnings)
  }

  private mutating func replacement(_ request: APIRequest, _ target: inout Target) throws(APIStatus) -> APIReply {
    var warnings: [String] = []
    let object = try update(target, try request.value(), request.writeOptions, warnings: &warnings)
    return .object(code: 200, object, warnings: warnings)
  }

  private mutating func patching(_ request: APIRequest, _ target: Target) throws(APIStatus) -> APIReply {
    let kind: PatchKind
    switch request.contentType {
    case "application/json-patch+json": kind = .json
    case "application/merge-patch+json": kind = .merge
    case "application/strategic-merge-patch+json": kind = .strategic
    case "application/apply-patch+yaml": kind = .apply
    default: throw .unsupportedMediaType(request.contentType)
    }
    if kind == .apply, request.query["fieldManager"] == nil {
      throw .invalid(
        ResourceDefinition.patchOptions, "",
        [.init("FieldValueRequired", "Required value: is required for apply patch", field: "fieldManager")])
    }
    var warnings: [String] = []
    let (object, created) = try patch(target, try request.value(), kind, request.writeOptions, warnings: &warnings)
    return .object(code: created ? 201 : 200, object, warnings: warnings)
  }

  private func deleteOptions(_ request: APIRequest) throws(APIStatus) -> DeleteOptions {
    let body = try request.value()
    var options = DeleteOptions()
    if body["orphanDependents"].boolValue == true { options.propagation = "Orphan" }
    if let policy = request.query["propagationPolicy"] ?? body["propagationPolicy"].stringValue {
      guard ["Background", "Foreground", "Orphan"].contains(policy) else {
        throw .invalid(
          ResourceDefinition.deleteOptions, "",
          [
            .init(
              "FieldValueNotSupported",
              "Unsupported value: \"\(policy)\": supported values: \"Background\", \"Foreground\", \"Orphan\"",
              field: "propagationPolicy")
          ])
      }
      options.propagation = policy
    }
    options.uid = body["preconditions"]["uid"].stringValue
    options.resourceVersion = body["preconditions"]["resourceVersion"].stringValue
    options.dryRun = request.query["dryRun"] == "All" || body["dryRun"].elements.contains("All")
    return options
  }

  private mutating func deleteCollection(_ request: APIRequest, _ target: Target) throws(APIStatus) -> Value {
    let chosen = try selected(request, target)
    let options = try deleteOptions(request)
    for object in chosen {
      var one = target
      one.name = object["metadata"]["name"].stringValue ?? ""
      one.namespace = object["metadata"]["namespace"].stringValue ?? ""
      _ = try delete(one, options)
    }
    return envelope(target, chosen, ["resourceVersion": .string("\(revision)")])
  }

  // MARK: Reads

  private func selected(_ request: APIRequest, _ target: Target) throws(APIStatus) -> [Value] {
    let labels = try request.query["labelSelector"].map { text throws(APIStatus) in try LabelSelector(text) }
    let fields = try request.query["fieldSelector"].map { text throws(APIStatus) in
      try FieldSelector(text, for: target.definition)
    }
    let namespace = target.definition.namespaced ? target.namespace : nil
    return list(target.definition.id, namespace: namespace).filter { object in
      (labels?.matches(object["metadata"]["labels"]) ?? true) && (fields?.matches(object) ?? true)
    }
  }

  private func list(_ request: APIRequest, _ target: Target) throws(APIStatus) -> Value {
    var items = try selected(request, target).map { converted($0, target) }
    var metadata: Value = ["resourceVersion": .string("\(revision)")]
    if let token = request.query["continue"], !token.isEmpty {
      let (at, key) = try continuation(token)
      metadata["resourceVersion"] = .string("\(at)")
      items = items.filter { self.key(of: $0) > key }
    }
    if let limit = request.query["limit"].flatMap({ Int($0) }), limit > 0, items.count > limit {
      let remaining = items.count - limit
      items = Array(items.prefix(limit))
      let at = metadata["resourceVersion"].stringValue ?? ""
      let last = items.last.map { key(of: $0) } ?? ObjectKey("", "")
      metadata["continue"] = .string(Base64.encode("\(at)/\(last.namespace)/\(last.name)"))
      if request.query["labelSelector"] == nil, request.query["fieldSelector"] == nil {
        metadata["remainingItemCount"] = Value(remaining)
      }
    }
    return wantsTable(request) ? Table.render(items, target, metadata: metadata) : envelope(target, items, metadata)
  }

  private func key(of object: Value) -> ObjectKey {
    ObjectKey(object["metadata"]["namespace"].stringValue ?? "", object["metadata"]["name"].stringValue ?? "")
  }

  private func continuation(_ token: String) throws(APIStatus) -> (Int, ObjectKey) {
    let parts = (Base64.decodeText(token) ?? "").split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let at = Int(parts[0]) else {
      throw .badRequest("continue key is not valid: invalid continue token")
    }
    guard at >= historyStart else {
      throw .expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
          + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results."
      )
    }
    return (at, ObjectKey(String(parts[1]), String(parts[2])))
  }

  private func envelope(_ target: Target, _ items: [Value], _ metadata: Value) -> Value {
    [
      "kind": .string(target.definition.listKind), "apiVersion": .string(target.apiVersion), "metadata": metadata,
      "items": .array(items),
    ]
  }

  private func wantsTable(_ request: APIRequest) -> Bool { request.accept.contains("as=Table") }

  private func watchRequest(_ request: APIRequest, _ target: Target) throws(APIStatus) -> WatchRequest {
    let version = request.query["resourceVersion"] ?? ""
    let initial = request.query["sendInitialEvents"] == "true"
    guard version.isEmpty || Int(version) != nil else {
      throw .badRequest(
        "resourceVersion: Invalid value: \"\(version)\": strconv.ParseUint: parsing \"\(version)\": invalid syntax")
    }
    if initial, request.query["resourceVersionMatch"] != "NotOlderThan" {
      throw .invalid(
        ResourceDefinition.listOptions, "",
        [
          .init(
            "FieldValueForbidden", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            field: "resourceVersionMatch")
        ])
    }
    let labels = try request.query["labelSelector"].map { text throws(APIStatus) in try LabelSelector(text) }
    var fields = try request.query["fieldSelector"].map { text throws(APIStatus) in
      try FieldSelector(text, for: target.definition)
    }
    if !target.name.isEmpty { fields = try FieldSelector("metadata.name=\(target.name)", for: target.definition) }
    let bookmarks = request.query["allowWatchBookmarks"] == "true"
    return WatchRequest(
      target: target, labels: labels, fields: fields,
      since: initial || version.isEmpty || version == "0" ? nil : Int(version),
      sendsInitialEvents: initial || version.isEmpty || version == "0", marksInitialEvents: initial && bookmarks,
      allowsBookmarks: bookmarks, timeoutSeconds: request.query["timeoutSeconds"].flatMap { Int($0) } ?? 1_800,
      asTable: wantsTable(request))
  }
}

extension ResourceDefinition {
  static let patchOptions = pseudo("PatchOptions")
  static let deleteOptions = pseudo("DeleteOptions")
  static let listOptions = pseudo("ListOptions")

  private static func pseudo(_ kind: String) -> ResourceDefinition {
    ResourceDefinition(
      group: "meta.k8s.io", versions: [], storageVersion: "v1", plural: "", singular: "", kind: kind, listKind: "",
      namespaced: false)
  }
}
