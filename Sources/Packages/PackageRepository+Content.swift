import Diagnostics
public import Git

extension PackageRepository {
  /// The author of commits, as idpbuilder's are (`pkg/controllers/gitrepository/controller.go`).
  ///
  /// - Parameter time: Seconds since 1970-01-01 UTC.
  /// - Returns: The signature.
  public static func author(time: Int64) -> GitSignature {
    GitSignature(name: "git-reconciler", email: "idpbuilder-agent@cnoe.io", time: time)
  }

  /// The message of a commit with the directory's content, as idpbuilder writes it.
  public var commitMessage: String { "updated from \(recordedPath.isEmpty ? source.description : recordedPath)" }

  /// The files for the repository, see ``DirectoryContent``; their content is read when they are pushed.
  ///
  /// - Returns: The files, for `GitRemote.push`.
  /// - Throws: `Failure` with all that cannot be in a repository, `CancellationError`.
  public func files() async throws -> [GitFile] {
    let content = try await Parallel.map([directory]) { DirectoryContent(listing: $0) }
    guard let content = content.first else { return [] }
    guard content.faults.isEmpty else {
      let lines = content.faults.prefix(DirectoryCheck.faultLimit).map { fault in
        "\(directory)\(fault.path.isEmpty ? "" : "/\(fault.path)") \(fault.message)"
      }
      throw Failure(
        "\(directory) cannot become a repository", cause: lines.joined(separator: "\n"), status: .badInput)
    }
    return content.entries.map { entry in
      switch entry.kind {
      case .file(let isExecutable):
        GitFile(entry.path, mode: isExecutable ? .executable : .regular, content: .file("\(directory)/\(entry.path)"))
      case .symbolicLink(let target): .symbolicLink(entry.path, target: target)
      }
    }
  }
}
