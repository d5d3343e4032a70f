public import Documents

/// Argo CD's Applications for the platform's own packages, as idpbuilder makes them
/// (`pkg/resources/localbuild`, `pkg/controllers/localbuild/controller.go` in cnoe-io/idpbuilder).
public enum ArgoCDApplication {
  /// The Application of a package of the platform.
  ///
  /// - Parameters:
  ///   - package: The package; gives the Application its name.
  ///   - repositoryURL: Where the package's manifests are, by a name that works inside the cluster.
  ///   - owner: The Localbuild that owns it, as it is in the cluster; nil for none.
  /// - Returns: The Application, without status.
  public static func core(_ package: CorePackage, repositoryURL: String, owner: Value? = nil) -> Value {
    var metadata: Value = [
      "name": .string(package.rawValue),
      "namespace": .string(Names.ArgoCD.namespace),
      "labels": Value([Names.Label.packageName: package.rawValue, Names.Label.packageType: Names.Label.core]),
    ]
    if let owner { metadata["ownerReferences"] = [.ownerReference(to: owner)] }
    return [
      "apiVersion": "argoproj.io/v1alpha1",
      "kind": "Application",
      "metadata": metadata,
      "spec": [
        "project": .string(Names.ArgoCD.project),
        "source": ["repoURL": .string(repositoryURL), "path": ".", "targetRevision": "HEAD"],
        "destination": [
          "server": "https://kubernetes.default.svc", "namespace": .string(package.namespace),
        ],
        "syncPolicy": ["automated": ["selfHeal": true], "syncOptions": ["CreateNamespace=true"]],
      ],
    ]
  }

  /// The annotation that makes Argo CD look at Git and the cluster now, as an object for server-side apply or a merge
  /// patch.
  public static var refresh: Value {
    ["metadata": ["annotations": Value([Names.Annotation.refresh: "normal"])]]
  }
}
