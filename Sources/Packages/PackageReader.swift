import Documents

/// Reads packages and checks them, all faults at once.
public struct PackageReader: Sendable {
  /// Makes a remote package's repository available: gives the directory of its clone.
  public typealias Checkout = @Sendable (RemoteSource) async throws -> String

  private let checkout: Checkout

  /// - Parameter checkout: Called for each remote package, several at once; what it throws becomes a finding.
  public init(checkout: @escaping Checkout) { self.checkout = checkout }

  /// Reads packages.
  ///
  /// Files are read on as many threads as there are cores.
  ///
  /// - Parameter sources: The packages in the order of the command line.
  /// - Returns: The packages and what was found.
  /// - Throws: `CancellationError` only.
  public func read(_ sources: [PackageSource]) async throws -> PackageReport {
    var located = try await locate(sources)
    let directories = located.compactMap { $0.location?.source.remote == nil ? $0.location?.roots.first : nil }
    for index in located.indices where located[index].location?.source.remote == nil {
      located[index].location?.roots += directories
    }
    let locations = located
    let listings = try await Parallel.map(locations) { $0.location?.fileNames() ?? PackageLocation.Listing() }
    let names = zip(locations, listings).flatMap { located, listing in
      listing.names.compactMap { name in
        located.location.map { FilePlace(priority: located.priority, location: $0, name: name) }
      }
    }
    let files = try await Parallel.map(names) { ReadFile(place: $0, file: PackageFile($0.name, in: $0.location)) }
    let checks = try await checkDirectories(of: files)
    var packages = zip(locations, listings).map { located, listing in
      PackageAssembly(
        located.source, priority: located.priority, directory: located.location?.directory ?? "",
        findings: located.findings + listing.findings)
    }
    for file in files {
      packages[file.place.priority].add(file.file, file.place.location) { reference in
        checks[DirectoryCheck.Key(file.place.location, reference)]
      }
    }
    return PackageReport(packages: packages.map(\.package), findings: packages.flatMap { $0.finished() })
  }

  /// Checks a text as if it were a file of a package, but looks at no directory.
  ///
  /// - Parameters:
  ///   - text: The content in UTF-8.
  ///   - source: What it is called in the findings.
  /// - Returns: What was found.
  public static func findings(in text: [UInt8], source: String) -> [Finding] {
    PackageFile(name: source, content: text, source: source).findings
  }

  private struct FilePlace: Sendable {
    let priority: Int
    let location: PackageLocation
    let name: String
  }

  private struct ReadFile: Sendable {
    let place: FilePlace
    let file: PackageFile
  }

  private struct Located: Sendable {
    let source: PackageSource
    let priority: Int
    var location: PackageLocation?
    var findings: [Finding] = []
  }

  /// Finds the directories of all packages; remote ones are fetched at the same time.
  private func locate(_ sources: [PackageSource]) async throws -> [Located] {
    let local = try await Parallel.map(sources) { $0.remote == nil ? PackageLocation($0) : nil }
    return try await withThrowingTaskGroup(of: Located.self) { group in
      for (priority, source) in sources.enumerated() {
        guard let remote = source.remote else { continue }
        group.addTask {
          var located = Located(source: source, priority: priority)
          do {
            located.location = PackageLocation(source, clone: try await checkout(remote))
          } catch {
            try Task.checkCancellation()
            located.findings = [.unfetched(remote, because: error)]
          }
          located.findings += remote.unknownParameters.map { name in
            .warning(DocumentError(source: source.description, "the parameter “\(name)” has no meaning"))
          }
          return located
        }
      }
      var all = zip(sources, local).enumerated().map { priority, pair in
        Located(source: pair.0, priority: priority, location: pair.1)
      }
      for try await located in group { all[located.priority] = located }
      return all
    }
  }

  private func checkDirectories(of files: [ReadFile]) async throws -> [DirectoryCheck.Key: DirectoryCheck] {
    var seen: Set<DirectoryCheck.Key> = []
    let keys = files.flatMap { file in
      file.file.drafts.flatMap { $0.references.map { DirectoryCheck.Key(file.place.location, $0.path) } }
    }.filter { seen.insert($0).inserted }
    let checks = try await Parallel.map(keys) { DirectoryCheck($0) }
    return Dictionary(uniqueKeysWithValues: zip(keys, checks))
  }
}
