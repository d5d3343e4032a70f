import Documents

/// Puts a package together from its files.
struct PackageAssembly {
  private let source: PackageSource
  private let priority: Int
  private let directory: String
  private var applications: [PackageApplication] = []
  private var firstPlaces: [ApplicationIdentity: String] = [:]
  private var draftCount = 0
  var findings: [Finding]

  init(_ source: PackageSource, priority: Int, directory: String, findings: [Finding]) {
    self.source = source
    self.priority = priority
    self.directory = directory
    self.findings = findings
  }

  var package: Package {
    Package(source: source, priority: priority, directory: directory, applications: applications)
  }

  /// Adds a file's Applications, with the results of the checks of their directories.
  mutating func add(_ file: PackageFile, _ location: PackageLocation, check: (_ reference: String) -> DirectoryCheck?) {
    var fileFindings = file.findings
    for draft in file.drafts {
      let application = PackageApplication(
        kind: draft.kind, name: draft.name, namespace: draft.namespace, file: location.recorded(file.name),
        document: draft.document,
        directories: draft.references.map { reference in
          PackageApplication.Directory(
            reference: reference.path, path: LexicalPath.join(location.directory, reference.path),
            recordedPath: location.recordedDirectory(reference.path),
            position: draft.document.position(of: reference.pointer))
        })
      for reference in draft.references {
        fileFindings += (check(reference.path)?.faults ?? []).map {
          .error(draft.document.error(at: reference.pointer, "cnoe://\(reference.path): \($0)"))
        }
      }
      draftCount += 1
      if let first = firstPlaces[application.identity] {
        let message = "\(application.title) is defined twice in this package, first in \(first)"
        fileFindings.append(.error(draft.document.error(at: ["metadata", "name"], message)))
      } else {
        firstPlaces[application.identity] = application.place
        applications.append(application)
      }
    }
    findings += fileFindings.sorted { left, right in
      (left.fault.position ?? Position(line: 1, column: 1)) < (right.fault.position ?? Position(line: 1, column: 1))
    }
  }

  /// All findings of the package.
  func finished() -> [Finding] {
    if draftCount == 0, !findings.contains(where: { $0.severity == .error }) {
      let message = "there is no Application or ApplicationSet in this package"
      return findings + [.error(DocumentError(source: source.description, message))]
    }
    return findings
  }
}
