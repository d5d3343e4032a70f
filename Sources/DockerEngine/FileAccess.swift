import Glibc

/// What finding an engine and its credentials needs of the file system; replaced in tests.
public struct FileAccess: Sendable {
  /// Whether a path is a socket that can be used.
  public enum SocketState: Sendable, Hashable {
    /// There is no socket.
    case absent
    /// There is one, but the user may not use it.
    case forbidden
    /// There is one, and the user may use it. Whether anybody listens is not known.
    case usable
  }

  /// The contents of a file by its path; nil when there is none; throws when it cannot be read.
  public var read: @Sendable (String) throws -> [UInt8]?
  /// Whether a path is a socket.
  public var socketState: @Sendable (String) -> SocketState

  /// Access by these functions; see the properties.
  public init(
    read: @escaping @Sendable (String) throws -> [UInt8]?,
    socketState: @escaping @Sendable (String) -> SocketState
  ) {
    self.read = read
    self.socketState = socketState
  }

  /// The file system itself.
  public static let system = FileAccess(
    read: { path in try readFile(path) },
    socketState: { path in
      var information = stat()
      guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFSOCK else { return .absent }
      return access(path, R_OK | W_OK) == 0 ? .usable : .forbidden
    })

  /// The largest file that is read; docker's files are small.
  private static let sizeLimit = 4 << 20

  private static func readFile(_ path: String) throws(EngineError) -> [UInt8]? {
    func failure(_ code: Int32) -> EngineError {
      EngineError(
        .badConfiguration, operation: "read \(path)", String(cString: strerror(code)),
        remedy: code == EACCES ? "make it readable for you: `sudo chown -R \"$USER\" ~/.docker`" : nil)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return nil }
      throw failure(code)
    }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw failure(code)
      }
      if count == 0 { return contents }
      contents += buffer[..<count]
      if contents.count > sizeLimit { throw failure(EFBIG) }
    }
  }
}
