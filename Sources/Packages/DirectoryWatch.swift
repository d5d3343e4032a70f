#if canImport(Glibc)
  public import Diagnostics
  import Dispatch
  import Glibc
  import Synchronization

  /// Notices changes below directories, by inotify(7): files written, replaced by renaming, made, deleted; in new
  /// directories too. Nothing below `.git` counts.
  ///
  /// Watches belong to directories, not to their names: make a new one after each change, before looking at what changed,
  /// and nothing is missed.
  public final class DirectoryWatch: Sendable {
    /// How long nothing must happen until changes are reported, so that what belongs together is reported together.
    private static let quietMilliseconds: Int32 = 200

    private let inotify: Int32
    private let wakeUp: (read: Int32, write: Int32)
    /// The directory that each watch stands for, and the root it belongs to.
    private let watched = Mutex<[Int32: (root: String, path: String)]>([:])

    /// Starts watching.
    ///
    /// - Parameter roots: Absolute paths of directories; those that are not there are left out. A root ending in `/.` is
    ///   watched without what is below it.
    /// - Throws: `Failure` when the system does not allow as many watches.
    public init(_ roots: [String]) throws(Failure) {
      inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
      var pipes: [Int32] = [-1, -1]
      guard inotify >= 0, pipe(&pipes) == 0 else {
        let error = FileSystemError(code: errno)
        if inotify >= 0 { close(inotify) }
        throw Failure(
          "directories cannot be watched", cause: error.message,
          remedy: error.code == EMFILE
            ? "allow more watching programs: sysctl fs.inotify.max_user_instances=512; and open files: ulimit -n" : nil,
          status: .cannotCreate)
      }
      wakeUp = (pipes[0], pipes[1])
      for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      for root in roots { try add(root, root: root) }
    }

    deinit { for descriptor in [inotify, wakeUp.read, wakeUp.write] { close(descriptor) } }

    /// Waits for changes, until nothing happened for a moment.
    ///
    /// - Returns: The roots below which something changed.
    /// - Throws: `CancellationError`, or `Failure`.
    public func next() async throws -> Set<String> {
      let result: Result<Set<String>, Failure> = try await withTaskCancellationHandler {
        try Task.checkCancellation()
        return await withCheckedContinuation { continuation in
          DispatchQueue(label: "idpbuilder.packages.watch").async { [self] in
            continuation.resume(returning: Result { () throws(Failure) in try collect() })
          }
        }
      } onCancel: {
        var byte: UInt8 = 1
        write(wakeUp.write, &byte, 1)
      }
      try Task.checkCancellation()
      return try result.get()
    }

    /// Blocks until there are changes and then quiet, or until woken up.
    private func collect() throws(Failure) -> Set<String> {
      var changed: Set<String> = []
      while true {
        var descriptors = [
          pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
          pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, changed.isEmpty ? -1 : Self.quietMilliseconds)
        if count < 0 && errno != EINTR {
          throw Failure("directories cannot be watched", cause: FileSystemError(code: errno).message)
        }
        if descriptors[1].revents != 0 { return [] }
        if count == 0 { return changed }
        if descriptors[0].revents != 0 { changed.formUnion(try readEvents()) }
      }
    }

    private func readEvents() throws(Failure) -> Set<String> {
      var changed: Set<String> = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(inotify, &buffer, buffer.count)
        guard count > 0 else { return changed }
        var offset = 0
        // struct inotify_event: watch, mask, cookie and length of the name, 4 bytes each; then the name.
        while offset + 16 <= count {
          let fields = buffer[offset..<offset + 16].withUnsafeBytes { bytes in
            (0..<4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
          }
          let end = min(count, offset + 16 + Int(fields[3]))
          let name = String(decoding: buffer[(offset + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
          offset = end
          changed.formUnion(try take(watch: Int32(bitPattern: fields[0]), mask: fields[1], name: name))
        }
      }
    }

    /// The roots that an event changes.
    private func take(watch: Int32, mask: UInt32, name: String) throws(Failure) -> Set<String> {
      if mask & UInt32(IN_Q_OVERFLOW) != 0 { return Set(watched.withLock { $0.values.map(\.root) }) }
      guard let place = watched.withLock({ $0[watch] }) else { return [] }
      if mask & UInt32(IN_IGNORED) != 0 {
        watched.withLock { $0[watch] = nil }
        return [place.root]
      }
      if name.lowercased() == ".git" { return [] }
      if mask & UInt32(IN_ISDIR) != 0, mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0, !place.root.hasSuffix("/.") {
        try add("\(place.path)/\(name)", root: place.root)
      }
      return [place.root]
    }

    /// Watches a directory and, unless the root is watched alone, what is below it.
    private func add(_ directory: String, root: String) throws(Failure) {
      let mask =
        UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
        | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR)
      var pending = [directory]
      while let path = pending.popLast() {
        let watch = inotify_add_watch(inotify, path, mask)
        if watch < 0 {
          // Gone again, or not for us to read: there is nothing to see.
          guard errno == ENOSPC else { continue }
          throw Failure(
            "too many directories to watch", cause: "the system's limit of inotify watches is reached",
            remedy: "raise it: sysctl fs.inotify.max_user_watches=524288", status: .cannotCreate)
        }
        watched.withLock { $0[watch] = (root, path) }
        if root.hasSuffix("/.") { continue }
        for name in (try? FileSystem.names(in: path)) ?? [] {
          guard let name, name.lowercased() != ".git" else { continue }
          let kind = try? FileSystem.kind(of: "\(path)/\(name)", followingLinks: false)
          if kind == .directory { pending.append("\(path)/\(name)") }
        }
      }
    }
  }
#endif
