public import Diagnostics
public import Documents
import HTTP

/// How a change is to be made.
public struct WriteOptions: Sendable, Hashable {
  /// Whether the server only checks the change and answers as if it were made.
  public var dryRun = false
  /// Whether fields the server does not know and fields given twice are refused rather than dropped with a warning.
  public var strict = true
  /// Whether the answer is only the object's metadata, which spares both sides work.
  public var metadataOnly = false

  /// Really made, strictly checked, answered with the whole object.
  public init(dryRun: Bool = false, strict: Bool = true, metadataOnly: Bool = false) {
    self.dryRun = dryRun
    self.strict = strict
    self.metadataOnly = metadataOnly
  }

  var query: [(name: String, value: String)] {
    var query = [("fieldValidation", strict ? "Strict" : "Warn")]
    if dryRun { query.append(("dryRun", "All")) }
    return query
  }

  var accept: String {
    metadataOnly ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json" : "application/json"
  }
}

/// A change of parts of an object.
///
/// <https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/>
public enum Patch: Sendable, Hashable {
  /// RFC 6902.
  case json(JSONPatch)
  /// RFC 7386.
  case merge(Value)
  /// Lists are merged by their keys; only for built-in kinds.
  case strategic(Value)

  var contentType: String {
    switch self {
    case .json: "application/json-patch+json"
    case .merge: "application/merge-patch+json"
    case .strategic: "application/strategic-merge-patch+json"
    }
  }

  /// Whether it is meant for one version of the object only; a JSON patch may test anything.
  var namesVersion: Bool {
    switch self {
    case .json: true
    case .merge(let value), .strategic(let value): !value["metadata"]["resourceVersion"].isNull
    }
  }

  var body: [UInt8] {
    switch self {
    case .json(let patch): JSON.serialize(patch.value)
    case .merge(let value), .strategic(let value): JSON.serialize(value)
    }
  }
}

extension KubernetesClient {
  /// Creates an object; its name may be left to the server with `metadata.generateName`.
  ///
  /// - Parameters:
  ///   - object: The object with `apiVersion`, `kind` and `metadata`.
  ///   - fieldManager: Who makes the change.
  ///   - options: How.
  ///   - deadline: When to give up.
  /// - Returns: The object as the server keeps it.
  /// - Throws: ``APIStatusError`` (``APIStatusError/isAlreadyExists`` if there is one), `DocumentError` for what is no
  ///   object.
  @discardableResult
  public func create(
    _ object: Value, fieldManager: String = "idpbuilder", options: WriteOptions = .init(), deadline: Deadline = .never
  ) async throws -> Value {
    let header = try ObjectHeader(object)
    let type = try await resourceType(apiVersion: header.apiVersion, kind: header.kind, deadline: deadline)
    let namespace = type.isNamespaced ? header.namespace ?? "default" : nil
    let name = header.name.isEmpty ? type.objectName("(generated)") : type.objectName(header.name)
    return try await sendForValue(
      Call(
        method: .post, path: type.path(namespace: namespace),
        query: [("fieldManager", fieldManager)] + options.query, body: JSON.serialize(object),
        accept: options.accept, operation: "create \(name)" + (namespace.map { " in namespace \($0)" } ?? "")),
      deadline: deadline)
  }

  /// Makes an object have the given fields, whether it exists or not: server-side apply.
  ///
  /// <https://kubernetes.io/docs/reference/using-api/server-side-apply/>
  ///
  /// - Parameters:
  ///   - object: The object with `apiVersion`, `kind`, `metadata.name` and the fields that are to be owned.
  ///   - fieldManager: Who owns them. Fields this manager owned and that are missing now are removed.
  ///   - force: Whether fields that another manager owns are taken over; otherwise they are a conflict.
  ///   - subresource: `status` to apply the status instead.
  ///   - options: How.
  ///   - deadline: When to give up.
  /// - Returns: The object as the server keeps it.
  /// - Throws: ``APIStatusError``, `DocumentError` for what is no object with a name.
  @discardableResult
  public func apply(
    _ object: Value, fieldManager: String = "idpbuilder", force: Bool = true, subresource: String? = nil,
    options: WriteOptions = .init(), deadline: Deadline = .never
  ) async throws -> Value {
    let reference = try await reference(of: object, deadline: deadline)
    return try await sendForValue(
      Call(
        method: .patch, path: reference.path(subresource: subresource),
        query: [("fieldManager", fieldManager), ("force", force ? "true" : "false")] + options.query,
        body: JSON.serialize(object), contentType: "application/apply-patch+yaml", accept: options.accept,
        operation: "apply \(subresource.map { "\($0) of " } ?? "")\(reference)",
        settlesConflicts: object["metadata"]["resourceVersion"].isNull),
      deadline: deadline)
  }

  /// Replaces an object; with a `metadata.resourceVersion` only if it is still that version.
  ///
  /// - Parameters:
  ///   - object: The whole object.
  ///   - fieldManager: Who makes the change.
  ///   - subresource: `status` to replace the status instead.
  ///   - options: How.
  ///   - deadline: When to give up.
  /// - Returns: The object as the server keeps it.
  /// - Throws: ``APIStatusError`` (``APIStatusError/isConflict`` if it changed meanwhile).
  @discardableResult
  public func replace(
    _ object: Value, fieldManager: String = "idpbuilder", subresource: String? = nil, options: WriteOptions = .init(),
    deadline: Deadline = .never
  ) async throws -> Value {
    let reference = try await reference(of: object, deadline: deadline)
    return try await sendForValue(
      Call(
        method: .put, path: reference.path(subresource: subresource),
        query: [("fieldManager", fieldManager)] + options.query, body: JSON.serialize(object),
        accept: options.accept, operation: "replace \(reference)"),
      deadline: deadline)
  }

  /// Changes parts of an object that exists.
  ///
  /// - Parameters:
  ///   - reference: The object.
  ///   - patch: The change.
  ///   - fieldManager: Who makes the change.
  ///   - subresource: `status` to change the status instead.
  ///   - options: How.
  ///   - deadline: When to give up.
  /// - Returns: The object as the server keeps it.
  /// - Throws: ``APIStatusError`` (``APIStatusError/isNotFound`` if there is no such object).
  @discardableResult
  public func patch(
    _ reference: ObjectReference, _ patch: Patch, fieldManager: String = "idpbuilder", subresource: String? = nil,
    options: WriteOptions = .init(), deadline: Deadline = .never
  ) async throws -> Value {
    try await sendForValue(
      Call(
        method: .patch, path: reference.path(subresource: subresource),
        query: [("fieldManager", fieldManager)] + options.query, body: patch.body, contentType: patch.contentType,
        accept: options.accept, operation: "change \(reference)", settlesConflicts: !patch.namesVersion),
      deadline: deadline)
  }

  /// The reference of an object, by its `apiVersion`, `kind` and `metadata`.
  ///
  /// - Throws: `DocumentError` if a part is missing, ``UnknownKindError`` if the server does not know the kind.
  public func reference(of object: Value, deadline: Deadline = .never) async throws -> ObjectReference {
    let header = try ObjectHeader(object)
    guard !header.name.isEmpty else { throw DocumentError("the \(header.kind) has no metadata.name") }
    let type = try await resourceType(apiVersion: header.apiVersion, kind: header.kind, deadline: deadline)
    return ObjectReference(type, header.name, namespace: header.namespace)
  }
}
