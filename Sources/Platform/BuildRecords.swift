public import Documents

/// idpbuilder's own records of what was built, in its schema, so that its client and `kubectl get localbuild` can read
/// them (`api/v1alpha1` in cnoe-io/idpbuilder). Statuses are separate objects for the `status` subresource.
public struct BuildRecords: Sendable, Hashable {
  /// The cluster's name; the Localbuild has it too.
  public let cluster: String
  /// The user's choices.
  public let options: PlatformOptions
  /// When this run began: RFC 3339 with any precision; idpbuilder compares it as text.
  public let startTime: String

  /// Records of one run.
  public init(cluster: String, options: PlatformOptions, startTime: String) {
    self.cluster = cluster
    self.options = options
    self.startTime = startTime
  }

  /// The `apiVersion` of all records.
  public static let apiVersion: Value = "idpbuilder.cnoe.io/v1alpha1"
  /// What stands for a remote repository where there is none; the schema wants all fields.
  public static let noRemote: Value = ["cloneSubmodules": false, "path": "", "url": "", "ref": ""]
  /// Where the credentials for Gitea are.
  public static let secretReference: Value = [
    "name": .string(Names.Gitea.credentialSecret), "namespace": .string(Names.Gitea.namespace),
  ]

  /// The namespace of the records other than the Localbuild.
  ///
  /// - Parameter owner: The Localbuild as it is in the cluster; nil for none.
  /// - Returns: The namespace.
  public func namespace(owner: Value? = nil) -> Value {
    var metadata: Value = ["name": .string(Names.projectNamespace(cluster: cluster))]
    if let owner { metadata["ownerReferences"] = [.ownerReference(to: owner)] }
    return ["apiVersion": "v1", "kind": "Namespace", "metadata": metadata]
  }

  /// The record of the whole platform.
  ///
  /// - Parameters:
  ///   - certificatePEM: The platform's certificate.
  ///   - customizations: Absolute file names by package, as given with `-c`.
  ///   - packages: What was given with `--package`: directories, files and addresses.
  /// - Returns: The Localbuild, without status.
  public func localbuild(
    certificatePEM: String, customizations: [CorePackage: String] = [:], packages: GivenPackages = GivenPackages()
  ) -> Value {
    var configuration: Value = [
      "argoPackageConfigs": ["enabled": true], "embeddedArgoApplicationsPackageConfigs": ["enabled": true],
    ]
    if !packages.directories.isEmpty { configuration["customPackageDirs"] = Value(packages.directories) }
    if !packages.files.isEmpty { configuration["customPackageFiles"] = Value(packages.files) }
    if !packages.addresses.isEmpty { configuration["customPackageUrls"] = Value(packages.addresses) }
    for (package, file) in customizations.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      configuration["packageCustomization"][package.rawValue] = [
        "name": .string(package.rawValue), "filePath": .string(file),
      ]
    }
    var choices: Value = [
      "protocol": .string(options.scheme.rawValue), "host": .string(options.host),
      "ingressHost": .string(options.ingressHost), "port": .string(String(options.port)),
      "selfSignedCert": .string(certificatePEM),
    ]
    // Left out when false, as Go's omitempty does.
    if options.usePathRouting { choices["usePathRouting"] = true }
    if options.usesStaticPassword { choices["staticPassword"] = true }
    return [
      "apiVersion": Self.apiVersion, "kind": "Localbuild",
      "metadata": [
        "name": .string(cluster), "annotations": Value([Names.Annotation.startTime: startTime]),
      ],
      "spec": ["packageConfigs": configuration, "buildCustomization": choices],
    ]
  }

  /// The Localbuild's status once the platform stands.
  ///
  /// - Parameter generation: `metadata.generation` of the Localbuild as it is in the cluster.
  /// - Returns: The Localbuild with nothing but its status.
  public func localbuildStatus(generation: Int) -> Value {
    [
      "apiVersion": Self.apiVersion, "kind": "Localbuild", "metadata": ["name": .string(cluster)],
      "status": [
        "observedGeneration": Value(generation),
        "ArgoCD": ["available": true, "appsCreated": true],
        "nginx": ["available": true],
        "gitea": [
          "available": true, "externalURL": .string(options.giteaURL), "internalURL": .string(options.giteaURL),
          // Spelled so in idpbuilder's schema.
          "adminUserSecretNameecret": .string(Names.Gitea.credentialSecret),
          "adminUserSecretNamespace": .string(Names.Gitea.namespace),
        ],
      ],
    ]
  }

  /// The record of the repository of a package of the platform.
  ///
  /// - Parameters:
  ///   - package: The package.
  ///   - customization: The absolute name of the file given with `-c` for it.
  ///   - owner: The Localbuild as it is in the cluster; nil for none.
  /// - Returns: The GitRepository, without status.
  public func gitRepository(_ package: CorePackage, customization: String? = nil, owner: Value? = nil) -> Value {
    var spec: Value = [
      "source": [
        "type": "embedded", "embeddedAppName": .string(package.rawValue), "path": "",
        "remoteRepository": Self.noRemote,
      ],
      "provider": [
        "name": "gitea", "gitURL": .string(options.giteaURL), "internalGitURL": .string(options.giteaURL),
        "organizationName": .string(Names.Gitea.adminUser),
      ],
      "secretRef": Self.secretReference,
    ]
    if let customization {
      spec["customization"] = ["name": .string(package.rawValue), "filePath": .string(customization)]
    }
    return [
      "apiVersion": Self.apiVersion, "kind": "GitRepository",
      "metadata": metadata(package.rawValue, owner: owner), "spec": spec,
    ]
  }

  /// The status of a repository's record.
  ///
  /// - Parameters:
  ///   - package: The package.
  ///   - commit: The hash of the commit at the head of its branch.
  /// - Returns: The GitRepository with nothing but its status.
  public func gitRepositoryStatus(_ package: CorePackage, commit: String) -> Value {
    let url = options.repositoryURL(Names.repository(cluster: cluster, package: package.rawValue))
    return [
      "apiVersion": Self.apiVersion, "kind": "GitRepository",
      "metadata": [
        "name": .string(package.rawValue), "namespace": .string(Names.projectNamespace(cluster: cluster)),
      ],
      "status": [
        "commit": ["hash": .string(commit)], "externalGitRepositoryUrl": .string(url),
        "internalGitRepositoryUrl": .string(url), "path": "", "synced": true,
      ],
    ]
  }

  /// The metadata of a record in the cluster's namespace for records, with the annotations that idpbuilder's client reads.
  ///
  /// - Parameters:
  ///   - name: The record's name.
  ///   - owner: The object that owns it, as it is in the cluster; nil for none.
  /// - Returns: Name, namespace and annotations.
  public func metadata(_ name: String, owner: Value?) -> Value {
    var metadata: Value = [
      "name": .string(name), "namespace": .string(Names.projectNamespace(cluster: cluster)),
      "annotations": Value([
        Names.Annotation.startTime: startTime, Names.Annotation.lastObservedStartTime: startTime,
      ]),
    ]
    if let owner { metadata["ownerReferences"] = [.ownerReference(to: owner)] }
    return metadata
  }
}

/// What a user gave with `--package`, by kind.
public struct GivenPackages: Sendable, Hashable {
  /// Absolute names of directories.
  public var directories: [String]
  /// Absolute names of files.
  public var files: [String]
  /// Addresses of repositories.
  public var addresses: [String]

  /// Packages by kind.
  public init(directories: [String] = [], files: [String] = [], addresses: [String] = []) {
    self.directories = directories
    self.files = files
    self.addresses = addresses
  }
}
