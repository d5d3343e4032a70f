import Certificates
import Diagnostics
import FoundationEssentials
import Git
import HTTP
import Packages
import Platform

/// The packages that `create` was asked for: read and checked.
struct PackageRequest: Sendable {
  /// Where they came from, in the order of the command line.
  let sources: [PackageSource]
  /// The packages as they were read, in the same order.
  let packages: [Package]
  /// What is installed of them.
  let set: PackageSet
  /// What the user should know about them.
  let warnings: [String]
  /// Whether what was installed earlier and is not given any longer is removed.
  let prunes: Bool
  /// Whether `create` ends only when Argo CD has brought their content into the cluster.
  let waits: Bool
  /// The clones of remote packages, which are there as long as this is.
  private let clones: CloneDirectory?

  /// Reads the packages; remote ones are fetched.
  ///
  /// - Parameters:
  ///   - options: What was asked for.
  ///   - progress: Told what takes time: which repositories are fetched.
  /// - Throws: `Failure` with everything that is wrong with them.
  init(_ options: CreateOptions, progress: @escaping @Sendable (String) -> Void = { _ in }) async throws {
    prunes = options.prunePackages
    waits = options.waitForPackages
    guard !options.packages.isEmpty else {
      (sources, packages, set, warnings, clones) = ([], [], PackageSet([], cluster: options.name), [], nil)
      return
    }
    let clones = try CloneDirectory()
    self.clones = clones
    let report = try await PackageReader(checkouts: clones.checkouts(progress: progress))
      .read(options.packages, workingDirectory: CloneDirectory.workingDirectory)
    try report.requireSound()
    packages = report.packages
    sources = packages.map(\.source)
    set = PackageSet(report.packages, cluster: options.name)
    warnings = report.warnings.map(\.description) + set.superseded.map(\.description)
  }
}

/// A directory for clones, which is removed with the last reference to it.
final class CloneDirectory: Sendable {
  private let directory: TemporaryDirectory

  /// Makes the directory, for nobody but its owner: there may be private repositories in it.
  init() throws {
    do {
      directory = try TemporaryDirectory("packages")
    } catch {
      throw Failure("no directory for clones can be made", because: error)
    }
  }

  /// What relative names count from.
  static var workingDirectory: String { FileManager.default.currentDirectoryPath }

  /// Clones into this directory.
  func checkouts(progress: @escaping @Sendable (String) -> Void) -> RemoteCheckouts {
    RemoteCheckouts(directory: directory.path, client: Client(), progress: progress)
  }
}
