import Diagnostics

/// Keeps two commands from changing the same cluster at the same time, for as long as it lives.
final class ClusterLock {
  private let file: LockFile

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - name: The cluster's name.
  ///   - engine: The engine's address: the same name on two engines means two clusters.
  ///   - environment: See ``LockFile``.
  /// - Throws: `Failure` if another process has it or the file cannot be opened.
  init(name: String, engine: String, environment: [String: String]) throws(Failure) {
    file = try LockFile(name: name, engine: engine, environment: environment)
    guard file.take() else {
      let holder = file.holder
      throw Failure(
        "another idpbuilder is at work on cluster \(name)",
        cause: holder.isEmpty ? nil : "process \(holder) holds \(file.path)",
        remedy: "wait for it to end, or end it, and run the command again", status: .cannotCreate)
    }
  }
}
