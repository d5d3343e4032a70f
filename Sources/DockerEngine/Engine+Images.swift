public import Documents
import HTTP

extension Engine {
  /// Everything about an image; nil when the engine does not have it.
  ///
  /// - Parameter reference: A name with tag or digest, or an id.
  /// - Returns: What the API says about it; nil when there is no such image.
  /// - Throws: ``EngineError``.
  public func inspectImage(_ reference: String) async throws -> Value? {
    try await valueIfFound(imageCall(.get, reference, "/json", verb: "inspect"))
  }

  /// Lists images (`GET /images/json`).
  ///
  /// - Parameters:
  ///   - filters: The API's filters, such as `["reference": ["kindest/node"]]`.
  ///   - all: Also intermediate layers.
  /// - Returns: The images as the API lists them.
  /// - Throws: ``EngineError``.
  public func listImages(filters: [String: [String]] = [:], all: Bool = false) async throws -> [Value] {
    let query = [(name: "all", value: all ? "1" : "0"), Self.filters(filters)]
    let call = Call(path: "/images/json", query: query, operation: "list images")
    return try list(try await value(call), operation: call.operation)
  }

  /// Gives an image another name.
  ///
  /// - Parameters:
  ///   - reference: What the image is called, or its id.
  ///   - repository: The new name without tag.
  ///   - tag: The new tag.
  /// - Throws: ``EngineError``.
  public func tagImage(_ reference: String, repository: String, tag: String) async throws {
    var call = imageCall(.post, reference, "/tag", verb: "tag")
    call.query = [("repo", repository), ("tag", tag)]
    try await perform(call)
  }

  /// Makes an image of a container's file system (`POST /commit`).
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - repository: The image's name without tag.
  ///   - tag: The image's tag.
  ///   - changes: Instructions in Dockerfile syntax: `ENTRYPOINT ["/x"]`.
  ///   - configuration: The image's configuration (`Entrypoint`, `Labels`, …); what it leaves out is the container's.
  ///   - pause: Whether the container is paused meanwhile.
  /// - Returns: The image's id.
  /// - Throws: ``EngineError``.
  public func commitContainer(
    _ container: String, repository: String, tag: String, changes: [String] = [], configuration: Value = [:],
    pause: Bool = true
  ) async throws -> String {
    var query = [
      (name: "container", value: container), (name: "repo", value: repository), (name: "tag", value: tag),
      (name: "pause", value: pause ? "1" : "0"),
    ]
    query += changes.map { (name: "changes", value: $0) }
    // API 1.41 reads the body as the image's configuration and takes an empty one for none.
    let call = Call(
      method: .post, path: "/commit", query: query, timing: .work(), operation: "commit container \(container)"
    ).json(configuration)
    return try identifier(in: try await value(call), operation: call.operation)
  }

  /// Removes an image, or one of its names.
  ///
  /// - Parameters:
  ///   - reference: A name or id.
  ///   - force: Also when stopped containers use it or it has more names.
  /// - Throws: ``EngineError``.
  public func removeImage(_ reference: String, force: Bool = false) async throws {
    var call = imageCall(.delete, reference, "", timing: .work(), verb: "remove")
    call.query = [("force", force ? "1" : "0")]
    try await perform(call)
  }

  func imageCall(
    _ method: Request.Method, _ reference: String, _ path: String, timing: Timing = .answer, verb: String
  ) -> Call {
    Call(
      method: method, path: "/images/\(PercentEncoding.path(reference))\(path)", timing: timing,
      operation: "\(verb) image \(reference)")
  }
}
