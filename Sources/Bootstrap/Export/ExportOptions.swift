/// What `idpbuilder logs export` was asked for.
public struct ExportOptions: Sendable, Hashable {
  /// The cluster.
  public var cluster: ClusterReference
  /// Where the files go: a directory that is empty or does not exist.
  public var directory: String
  /// The version of this program.
  public var version: String

  /// Describes an export; see the properties.
  public init(cluster: ClusterReference, directory: String, version: String) {
    self.cluster = cluster
    self.directory = directory
    self.version = version
  }
}

/// What `idpbuilder logs export` left behind.
public struct ExportOutcome: Sendable, Hashable {
  /// Where the files are.
  public var directory: String
  /// How many there are.
  public var files: Int
  /// What could not be had.
  public var problems: [String]
}
