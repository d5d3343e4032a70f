import Documents
import Packages

/// Documents for tests, and short ways to read them.
enum Samples {
  /// An Application with one source.
  static func application(_ name: String, repoURL: String = "https://example.com/charts") -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      name: \(name)
      namespace: argocd
    spec:
      project: default
      destination: {server: https://kubernetes.default.svc, namespace: x}
      source:
        repoURL: \(repoURL)
        path: .

    """
  }

  /// An ApplicationSet with the given generators, as a flow sequence, and one template source.
  static func applicationSet(_ name: String, generators: String, repoURL: String = "https://example.com/charts")
    -> String
  {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: \(name), namespace: argocd}
    spec:
      generators: \(generators)
      template:
        metadata: {name: '{{name}}'}
        spec:
          project: default
          destination: {server: https://kubernetes.default.svc, namespace: x}
          source: {repoURL: "\(repoURL)", path: '{{path}}'}

    """
  }

  /// Reads local packages.
  static func read(_ paths: String...) async throws -> PackageReport {
    let sources = try PackageSource.parse(paths, workingDirectory: "/")
    return try await PackageReader { _ in throw NoRemotes() }.read(sources)
  }

  /// The packages of local directories, which must be without errors.
  static func set(_ paths: String..., cluster: String = "localdev") async throws -> PackageSet {
    let sources = try PackageSource.parse(paths, workingDirectory: "/")
    let report = try await PackageReader { _ in throw NoRemotes() }.read(sources)
    try report.requireSound()
    return PackageSet(report.packages, cluster: cluster)
  }

  struct NoRemotes: Error {}
}
