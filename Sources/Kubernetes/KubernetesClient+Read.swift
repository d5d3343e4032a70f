public import Diagnostics
public import Documents

/// The objects of a collection at one moment.
public struct ObjectList: Sendable {
  /// The objects, each with its `apiVersion` and `kind`.
  public var items: [Value]
  /// The moment: what a watch goes on from.
  public var resourceVersion: String
}

/// Which objects of a resource are meant.
struct Selection: Sendable, Hashable {
  let type: ResourceType
  let namespace: String?
  let labels: String?
  let fields: String?

  var query: [(name: String, value: String)] {
    [("labelSelector", labels), ("fieldSelector", fields)].compactMap { name, value in value.map { (name, $0) } }
  }

  /// What is selected, in words: `pods in namespace gitea with app=x`.
  var description: String {
    let filters = [labels, fields].compactMap(\.self).joined(separator: ",")
    return type.description + (namespace.map { " in namespace \($0)" } ?? "")
      + (filters.isEmpty ? "" : " with \(filters)")
  }
}

extension KubernetesClient {
  /// Reads an object.
  ///
  /// - Returns: The object, nil if it, its namespace or its resource does not exist.
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without an answer.
  public func get(_ reference: ObjectReference, deadline: Deadline = .never) async throws -> Value? {
    do {
      return try await sendForValue(
        Call(path: reference.path(), operation: "read \(reference)"), deadline: deadline)
    } catch let error as APIStatusError where error.isNotFound {
      return nil
    }
  }

  /// Reads an object; see ``get(_:deadline:)``.
  public func get(
    _ type: ResourceType, _ name: String, namespace: String? = nil, deadline: Deadline = .never
  ) async throws -> Value? {
    try await get(ObjectReference(type, name, namespace: namespace), deadline: deadline)
  }

  /// Reads all objects of a resource, in pages.
  ///
  /// - Parameters:
  ///   - type: The resource.
  ///   - namespace: The namespace; nil for all of them, or for a resource without namespaces.
  ///   - labels: A label selector: `app=gitea,tier!=web`.
  ///   - fields: A field selector: `metadata.name=gitea`.
  ///   - pageSize: How many objects are asked for at once.
  ///   - deadline: When to give up.
  /// - Returns: The objects, and the version of the collection.
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without an answer.
  public func list(
    _ type: ResourceType, namespace: String? = nil, labels: String? = nil, fields: String? = nil, pageSize: Int = 500,
    deadline: Deadline = .never
  ) async throws -> ObjectList {
    try await list(
      Selection(type: type, namespace: namespace, labels: labels, fields: fields), pageSize: pageSize,
      deadline: deadline)
  }

  func list(_ selection: Selection, pageSize: Int = 500, deadline: Deadline) async throws -> ObjectList {
    var items: [Value] = []
    var token = ""
    var limit = pageSize
    while true {
      var call = Call(
        path: selection.type.path(namespace: selection.namespace), operation: "list \(selection.description)")
      call.query = selection.query
      if limit > 0 { call.query.append(("limit", String(limit))) }
      if !token.isEmpty { call.query.append(("continue", token)) }
      let page: Value
      do {
        page = try await sendForValue(call, deadline: deadline)
      } catch let error as APIStatusError where error.isExpired && !token.isEmpty {
        // The list changed too much since its first page: read all of it at once.
        (items, token, limit) = ([], "", 0)
        continue
      }
      items += page["items"].elements.map { $0.identified(as: selection.type) }
      token = page["metadata"]["continue"].stringValue ?? ""
      if token.isEmpty {
        return ObjectList(items: items, resourceVersion: page["metadata"]["resourceVersion"].stringValue ?? "")
      }
    }
  }

  /// Reads what is not an object: `/healthz`, `/readyz`, `/version`.
  ///
  /// - Parameters:
  ///   - path: The path with a leading slash, percent-encoded, with its query if any.
  ///   - deadline: When to give up.
  /// - Returns: The body of a response with status 2xx.
  /// - Throws: ``APIStatusError`` for any other status, `HTTPError` without an answer.
  public func rawGet(_ path: String, deadline: Deadline = .never) async throws -> [UInt8] {
    try await send(Call(path: path, accept: "*/*", operation: "read \(path)", isAboutHealth: true), deadline: deadline)
  }

  /// The version of the API server: `v1.36.1`.
  public func serverVersion(deadline: Deadline = .never) async throws -> String {
    let version = try await sendForValue(Call(path: "/version", operation: "read /version"), deadline: deadline)
    return version["gitVersion"].stringValue ?? ""
  }

  /// Reads a container's log.
  ///
  /// - Parameters:
  ///   - pod: The pod's name.
  ///   - namespace: Its namespace.
  ///   - container: The container; may be nil where there is only one.
  ///   - tailLines: How many lines from the end, nil for all.
  ///   - previous: Whether the log of the container's previous run is meant.
  ///   - deadline: When to give up.
  /// - Returns: The text; bytes that are no UTF-8 are replaced.
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without an answer.
  public func podLog(
    _ pod: String, namespace: String, container: String? = nil, tailLines: Int? = nil, previous: Bool = false,
    deadline: Deadline = .never
  ) async throws -> String {
    let reference = ObjectReference(.pods, pod, namespace: namespace)
    var call = Call(
      path: reference.path(subresource: "log"), accept: "*/*", operation: "read the log of \(reference)")
    if let container { call.query.append(("container", container)) }
    if let tailLines { call.query.append(("tailLines", String(tailLines))) }
    if previous { call.query.append(("previous", "true")) }
    call.query.append(("limitBytes", String(options.responseLimit)))
    return String(decoding: try await send(call, deadline: deadline), as: UTF8.self)
  }
}

extension Value {
  /// The items of lists do not say what they are; this adds it.
  func identified(as type: ResourceType) -> Value {
    guard case .object(var members) = self, members["kind"] == nil else { return self }
    members.updateValue(.string(type.kind), forKey: "kind", insertingAt: 0)
    members.updateValue(.string(type.apiVersion), forKey: "apiVersion", insertingAt: 0)
    return .object(members)
  }
}
