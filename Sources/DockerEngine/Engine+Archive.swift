import Documents
public import HTTP

extension Engine {
  /// Unpacks a tar archive in a container, running or not (`PUT /containers/{id}/archive`).
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - path: The directory to unpack in; it must exist.
  ///   - tar: The archive, uncompressed or with gzip, bzip2 or xz.
  /// - Throws: ``EngineError``.
  public func putArchive(_ container: String, path: String, tar: [UInt8]) async throws {
    try await putArchive(container, path: path, body: .bytes(tar), timing: .work())
  }

  /// Unpacks a tar archive in a container while it is produced; see ``putArchive(_:path:tar:)-([UInt8])``.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - path: The directory to unpack in; it must exist.
  ///   - tar: The archive in chunks; read once.
  /// - Throws: ``EngineError``.
  public func putArchive(_ container: String, path: String, tar: ByteStream) async throws {
    // How long it takes depends on the archive.
    try await putArchive(container, path: path, body: .streamed(tar, length: nil), timing: .unlimited)
  }

  private func putArchive(_ container: String, path: String, body: Request.Body, timing: Timing) async throws {
    var call = containerCall(
      .put, container, "/archive", [("path", path)], timing: timing, verb: "copy files to \(path) in")
    call.headers["Content-Type"] = "application/x-tar"
    call.body = body
    try await perform(call)
  }

  /// Gets a file or directory of a container as a tar archive (`GET /containers/{id}/archive`).
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - path: What to get; the archive has its last component as root.
  /// - Returns: The archive; nil when there is no such container or file.
  /// - Throws: ``EngineError``.
  public func getArchive(_ container: String, path: String) async throws -> ByteSequence? {
    let call = containerCall(
      .get, container, "/archive", [("path", path)], timing: .transfer, verb: "copy \(path) from")
    do {
      return ByteSequence(response: try await success(call), engine: self, operation: call.operation)
    } catch let error as EngineError where error.isNotFound {
      return nil
    }
  }
}
