public import Documents
public import Platform

/// idpbuilder's records of users' packages (`api/v1alpha1/custom_package_types.go` and `gitrepository_types.go`, filled in
/// as `pkg/controllers/localbuild` and `pkg/controllers/custompackage` do). No credentials are recorded.
extension BuildRecords {
  /// The record of an Application or ApplicationSet.
  ///
  /// - Parameters:
  ///   - installation: What is recorded.
  ///   - owner: The Localbuild as it is in the cluster; nil for none.
  /// - Returns: The CustomPackage.
  public func customPackage(_ installation: PackageInstallation, owner: Value? = nil) -> Value {
    let application = installation.application
    var metadata = metadata(installation.recordName, owner: owner)
    metadata["annotations"][Names.Annotation.packagePriority] = .string(String(installation.priority))
    metadata["annotations"][Names.Annotation.packageSourcePath] = .string(installation.source.description)
    return [
      "apiVersion": Self.apiVersion, "kind": "CustomPackage", "metadata": metadata,
      "spec": [
        "replicate": true, "gitServerURL": .string(options.giteaURL),
        "internalGitServeURL": .string(options.giteaURL), "gitServerAuthSecretRef": Self.secretReference,
        "remoteRepository": Self.remoteRepository(installation.source),
        "argoCD": [
          "applicationFile": .string(application.file), "name": .string(application.name),
          "namespace": .string(application.namespace), "type": .string(application.kind.rawValue),
        ],
      ],
    ]
  }

  /// The status of a record of an Application.
  ///
  /// - Parameters:
  ///   - installation: What is recorded.
  ///   - repositories: The GitRepository records made for it, as they are in the cluster.
  ///   - isSynced: Whether the Application points at its repositories.
  /// - Returns: The CustomPackage with nothing but its identity and status.
  public func customPackageStatus(
    _ installation: PackageInstallation, repositories: [Value], isSynced: Bool = true
  ) -> Value {
    var status: Value = ["synced": .bool(isSynced)]
    if !repositories.isEmpty {
      status["gitRepositoryRefs"] = .array(
        repositories.map { repository in
          let metadata = repository["metadata"]
          return ["namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]]
        })
    }
    return identified("CustomPackage", installation.recordName, status: status)
  }

  /// The record of a repository of a package.
  ///
  /// - Parameters:
  ///   - repository: What is recorded.
  ///   - owner: The CustomPackage as it is in the cluster; nil for none.
  /// - Returns: The GitRepository.
  public func gitRepository(_ repository: PackageRepository, owner: Value? = nil) -> Value {
    [
      "apiVersion": Self.apiVersion, "kind": "GitRepository", "metadata": metadata(repository.name, owner: owner),
      "spec": [
        "source": [
          "type": repository.source.remote == nil ? "local" : "remote", "path": .string(repository.recordedPath),
          "remoteRepository": Self.remoteRepository(repository.source),
        ],
        "provider": [
          "name": "gitea", "gitURL": .string(options.giteaURL), "internalGitURL": .string(options.giteaURL),
          "organizationName": .string(Names.Gitea.adminUser),
        ],
        "secretRef": Self.secretReference,
      ],
    ]
  }

  /// The status of a repository's record.
  ///
  /// - Parameters:
  ///   - repository: What is recorded.
  ///   - commit: The hash of the commit at the head of its branch.
  /// - Returns: The GitRepository with nothing but its identity and status.
  public func gitRepositoryStatus(_ repository: PackageRepository, commit: String) -> Value {
    let url: Value = .string(options.repositoryURL(repository.repositoryName))
    return identified(
      "GitRepository", repository.name,
      status: [
        "commit": ["hash": .string(commit)], "externalGitRepositoryUrl": url, "internalGitRepositoryUrl": url,
        "path": "", "synced": true,
      ])
  }

  private func identified(_ kind: Value, _ name: String, status: Value) -> Value {
    [
      "apiVersion": Self.apiVersion, "kind": kind,
      "metadata": ["name": .string(name), "namespace": .string(Names.projectNamespace(cluster: cluster))],
      "status": status,
    ]
  }

  private static func remoteRepository(_ source: PackageSource) -> Value {
    guard let remote = source.remote else { return noRemote }
    return [
      "cloneSubmodules": .bool(remote.includesSubmodules), "path": .string(remote.path),
      "url": .string(remote.address), "ref": .string(remote.ref ?? ""),
    ]
  }
}

extension GivenPackages {
  /// The packages by kind, each kind in the order of the command line; addresses without credentials.
  ///
  /// - Parameter sources: The packages in the order of the command line.
  public init(_ sources: [PackageSource]) {
    self.init()
    for source in sources {
      switch source {
      case .directory(let path): directories.append(path)
      case .file(let path): files.append(path)
      case .remote(let remote): addresses.append(remote.description)
      }
    }
  }
}
