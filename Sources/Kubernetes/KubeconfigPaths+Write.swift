public import Diagnostics
import Documents

extension KubeconfigPaths {
  /// How long to wait for another program that is changing the file.
  public static let lockPatience = Duration.seconds(10)

  /// Adds an entry to the file that new entries belong to, or replaces it there, and makes it the current context.
  ///
  /// The file is locked as kubectl locks it, replaced all at once, and left as it is if it cannot be parsed. Comments
  /// in YAML do not survive, as with kubectl; everything else does, with its order.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - deadline: When to stop waiting for the lock; at most ``lockPatience`` from now.
  /// - Returns: The path of the file.
  /// - Throws: ``KubeconfigError`` or `DocumentError`; the file is then unchanged.
  @discardableResult
  public func merge(_ entry: KubeconfigEntry, deadline: Deadline = .never) async throws -> String {
    let path = writeTarget
    try await Self.change(path, deadline: deadline) { kubeconfig in
      kubeconfig.merge(entry)
      return true
    }
    return path
  }

  /// Removes the cluster, user and context of a name from all files.
  ///
  /// - Parameters:
  ///   - name: The entry's name.
  ///   - deadline: When to stop waiting for the lock; at most ``lockPatience`` from now.
  /// - Returns: The paths of the files that had such an entry.
  /// - Throws: ``KubeconfigError`` or `DocumentError` for the first file with a problem, after all others are done.
  @discardableResult
  public func remove(_ name: String, deadline: Deadline = .never) async throws -> [String] {
    var changed: [String] = []
    var problem: (any Error)?
    for path in all where FileAccess.exists(path) {
      do {
        if try await Self.change(path, deadline: deadline, { $0.remove(name) }) { changed.append(path) }
      } catch {
        problem = problem ?? error
      }
    }
    if let problem { throw problem }
    return changed
  }

  /// Changes a file under its lock. `body` makes the change and returns whether there was one.
  @discardableResult
  private static func change(
    _ path: String, deadline: Deadline, _ body: (inout Kubeconfig) -> Bool
  ) async throws -> Bool {
    // kubectl's lock: a file that exists only while the kubeconfig is being changed
    // (client-go, tools/clientcmd/config.go, lockFile).
    let lock = "\(path).lock"
    do {
      try FileAccess.makeDirectory(FilePaths.directory(path))
      let held = try await acquire(lock, of: path, deadline: deadline.atMost(lockPatience))
      defer { held.release() }
      var kubeconfig = try read(path) ?? Kubeconfig()
      guard body(&kubeconfig) else { return false }
      try FileAccess.replace(path, with: Array(kubeconfig.text.utf8))
      return true
    } catch let fault as FileFault {
      throw KubeconfigError("\(fault)", exitStatus: fault.isDenied ? .permissionDenied : .cannotCreate)
    }
  }

  private static func acquire(_ lock: String, of path: String, deadline: Deadline) async throws -> KubeconfigLock {
    var backoff = Backoff(first: .milliseconds(5), limit: .milliseconds(200))
    while true {
      if let held = try KubeconfigLock.take(lock) { return held }
      do {
        try await backoff.pause(until: deadline, awaiting: lock)
      } catch is DeadlineExceeded {
        throw KubeconfigError(
          "the kubeconfig \(path) is locked by \(lock)",
          remedy: "if no kubectl, kind or idpbuilder is changing it, remove \(lock)", exitStatus: .cannotCreate)
      }
    }
  }
}
