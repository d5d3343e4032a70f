public import Diagnostics

/// A package as it was read.
public struct Package: Sendable {
  /// Where it came from.
  public let source: PackageSource
  /// Its place on the command line, counted from 0; of two packages with the same Application the higher one wins.
  public let priority: Int
  /// Where it is on this machine: its directory, that of its file, or the directory in the clone of its repository.
  public let directory: String
  /// Its Applications and ApplicationSets, files in the order of their names, documents in the order of the file.
  public let applications: [PackageApplication]
}

/// Packages with everything that was found wrong with them.
public struct PackageReport: Sendable {
  /// The packages in the order of the command line, with what is right in them.
  public let packages: [Package]
  /// What was found, in the order of packages, files and lines.
  public let findings: [Finding]

  /// What keeps the packages from being installed.
  public var errors: [Finding] { findings.filter { $0.severity == .error } }
  /// What may not be meant so.
  public var warnings: [Finding] { findings.filter { $0.severity == .warning } }

  /// Throws if there is any error.
  ///
  /// - Throws: `Failure` with all errors as its cause, one in a line.
  public func requireSound() throws(Failure) {
    let errors = errors
    guard let first = errors.first else { return }
    throw Failure(
      errors.count == 1 ? "a package cannot be used" : "packages cannot be used: \(errors.count) errors",
      cause: errors.map(\.description).joined(separator: "\n"), state: "nothing was changed", status: first.status)
  }
}
