import Documents
public import HTTP

extension Engine {
  /// Has the engine pull an image (`POST /images/create`).
  ///
  /// - Parameters:
  ///   - reference: Its name with tag or digest; without both, the tag is `latest`.
  ///   - platform: The platform, as `linux/arm64`; the engine's own if nil.
  ///   - credentials: Whom the registry believes; see ``RegistryCredentials``.
  /// - Returns: The progress. The pull starts when it is read and is done when it ends.
  public func pullImage(
    _ reference: String, platform: String? = nil, credentials: RegistryCredentials? = nil
  ) -> PullSequence {
    let operation = "pull image \(reference)"
    var query: [(name: String, value: String)] = []
    let parsed = ImageReference(reference)
    if let parsed, let digest = parsed.digest {
      query = [("fromImage", parsed.repository), ("tag", digest)]
    } else if let parsed {
      query = [("fromImage", parsed.repository), ("tag", parsed.tag ?? "latest")]
    }
    if let platform { query.append(("platform", platform)) }
    var call = Call(
      method: .post, path: "/images/create", query: query, timing: .slowToBegin, operation: operation)
    if let credentials { call.headers["X-Registry-Auth"] = credentials.headerValue }
    return PullSequence(
      start: { [call] in
        if parsed == nil { throw EngineError(.refused, operation: operation, "this is not the name of an image") }
        return JSONSequence(response: try await self.success(call), engine: self, operation: operation)
      }, operation: operation)
  }

  /// Loads images from an archive (`POST /images/load`).
  ///
  /// - Parameter archive: What `docker save` or an OCI layout archive has, uncompressed or with gzip; read once.
  /// - Returns: The names of what was loaded, or ids of images without a name.
  /// - Throws: ``EngineError``.
  @discardableResult
  public func loadImages(_ archive: ByteStream) async throws -> [String] {
    let call = transferCall("/images/load", [("quiet", "1")], archive, "load images")
    let messages = JSONSequence(response: try await success(call), engine: self, operation: call.operation)
    var loaded: [String] = []
    for try await message in messages {
      if let failure = EngineError(inProgress: message, operation: call.operation) { throw failure }
      let text = message["stream"].stringValue ?? ""
      // moby's `image/tarexport/load.go`; there is no structured answer.
      for prefix in ["Loaded image ID: ", "Loaded image: ", "Loaded image(s): "] where text.hasPrefix(prefix) {
        let names = text.dropFirst(prefix.count).split { $0 == "," || $0.isWhitespace }
        loaded += names.map { String($0) }
      }
    }
    return loaded
  }

  /// Gets images as an archive that ``loadImages(_:)`` takes (`GET /images/get`).
  ///
  /// - Parameter references: Their names or ids.
  /// - Returns: The archive.
  /// - Throws: ``EngineError``.
  public func saveImages(_ references: [String]) async throws -> ByteSequence {
    let call = Call(
      path: "/images/get", query: references.map { (name: "names", value: $0) }, timing: .slowToBegin,
      operation: "save image \(references.joined(separator: ", "))")
    return ByteSequence(response: try await success(call), engine: self, operation: call.operation)
  }

  /// Makes an image of a file system (`POST /images/create` with `fromSrc=-`), as `docker import` does.
  ///
  /// - Parameters:
  ///   - archive: The file system as a tar archive; read once.
  ///   - repository: The image's name without tag.
  ///   - tag: The image's tag.
  ///   - changes: Instructions in Dockerfile syntax: `ENTRYPOINT ["/x"]`.
  ///   - platform: The platform, as `linux/arm64`; the engine's own if nil.
  /// - Returns: The image's id.
  /// - Throws: ``EngineError``.
  @discardableResult
  public func importImage(
    _ archive: ByteStream, repository: String, tag: String, changes: [String] = [], platform: String? = nil
  ) async throws -> String {
    var query = [(name: "fromSrc", value: "-"), (name: "repo", value: repository), (name: "tag", value: tag)]
    query += changes.map { (name: "changes", value: $0) }
    if let platform { query.append((name: "platform", value: platform)) }
    let call = transferCall("/images/create", query, archive, "import image \(repository):\(tag)")
    let messages = JSONSequence(response: try await success(call), engine: self, operation: call.operation)
    var identifier: String?
    for try await message in messages {
      if let failure = EngineError(inProgress: message, operation: call.operation) { throw failure }
      if let status = message["status"].stringValue, status.hasPrefix("sha256:") { identifier = status }
    }
    guard let identifier else {
      throw EngineError(.badAnswer, operation: call.operation, "the engine did not say what it made")
    }
    return identifier
  }

  private func transferCall(
    _ path: String, _ query: [(name: String, value: String)], _ archive: ByteStream, _ operation: String
  ) -> Call {
    // How long it takes depends on the archive; only its end is awaited.
    Call(
      method: .post, path: path, query: query, headers: ["Content-Type": "application/x-tar"],
      body: .streamed(archive, length: nil), timing: .unlimited, operation: operation)
  }
}
