import Diagnostics
import Documents

extension KubeconfigPaths {
  /// Reads all files that exist.
  ///
  /// - Throws: `DocumentError` for a file that is no kubeconfig, ``KubeconfigError`` for one that cannot be read.
  public func load() throws -> [Kubeconfig] {
    try all.compactMap { path in try Self.read(path) }
  }

  /// The context that commands use unless told otherwise: that of the first file that has one.
  public func currentContext() throws -> String? {
    try load().lazy.compactMap(\.currentContext).first
  }

  /// What is needed to reach the cluster of a context; see ``Kubeconfig/access(context:)``.
  ///
  /// - Parameter context: The context's name, nil for the current one.
  /// - Returns: The access.
  /// - Throws: ``KubeconfigError`` or `DocumentError`.
  public func access(context: String? = nil) throws -> ClusterAccess {
    let files = try load()
    var sources: [Kubeconfig.Section: String] = [:]
    let place = all.joined(separator: ":")
    let (cluster, user) = try Kubeconfig.clusterAndUser(
      context: context ?? files.lazy.compactMap(\.currentContext).first, place: place
    ) { section, name in
      for file in files {
        guard let content = file.content(section, name) else { continue }
        sources[section] = file.source
        return content
      }
      return nil
    }
    return try Kubeconfig.access(
      cluster: cluster, clusterSource: sources[.clusters], user: user, userSource: sources[.users])
  }

  static func read(_ path: String) throws -> Kubeconfig? {
    let bytes: [UInt8]?
    do throws(FileFault) {
      bytes = try FileAccess.read(path)
    } catch {
      throw KubeconfigError("\(error)", exitStatus: .permissionDenied)
    }
    return try bytes.map { try Kubeconfig(parsing: $0, source: path) }
  }
}
