import DockerEngine
public import Documents
import KindCluster
import Kubernetes
import Packages
import Platform

/// What `create` would do on a machine without the cluster: nothing of it has been done.
public struct CreatePreview: Sendable {
  /// The steps of the plan, in an order in which they could run.
  public let plan: Plan
  /// The objects that would be applied, in the order of their phases, without anything that is only made at run time:
  /// keys, passwords, tokens.
  public let objects: [Value]
}

/// Reads and checks everything that ``create(_:environment:events:)`` would, and renders its objects.
///
/// Neither the engine nor a cluster is asked; remote packages are fetched, as by ``validate(packages:)``.
///
/// - Parameters:
///   - options: What is asked for.
///   - environment: The process environment.
/// - Returns: The plan and the objects.
/// - Throws: A `Failure` about the options or the files they name.
public func previewCreate(_ options: CreateOptions, environment: [String: String]) async throws -> CreatePreview {
  let wanted = try await CreateRequest(options, environment: environment)
  // Steps are values: this engine is named in them and never spoken to.
  let engine = Engine(EngineEndpoint(.unix("")), apiVersion: .oldest)
  let kubernetes = Promise<KubernetesClient>()
  let platform = wanted.platformRun(
    engine: engine, kubernetes: kubernetes, on: .nothing, publishedAddress: options.listenAddress)
  let images = options.usesCache ? try await wanted.wantedImages(platform, preload: options.preload) : []
  let preparation = PreparationRun(unasked: engine, nodeImages: wanted.cluster.nodes.map(\.image), images: images)
  let cluster = ClusterRun(
    engine: engine, traits: EngineTraits(), environment: environment, options: options, cluster: wanted.cluster,
    kubeconfigs: KubeconfigStore(explicit: options.kubeconfig, environment: environment), kubernetes: kubernetes,
    runID: "", preparation: images.isEmpty ? nil : preparation)
  return CreatePreview(
    plan: try Plan(cluster.steps() + (platform?.steps() ?? [])), objects: try platform?.preview() ?? [])
}

extension PlatformRun {
  /// Stands for the certificate, which is only made for a cluster.
  private static let certificatePlaceholder = "(the platform's certificate)\n"

  /// Everything the steps would apply, except for secrets that are made at run time and for statuses.
  func preview() throws -> [Value] {
    let core = try render(certificatePEM: Self.certificatePlaceholder).sorted { $0.key.rawValue < $1.key.rawValue }
    let phases = ApplyPhase.grouped(try IdpbuilderDefinitions.objects() + core.flatMap(\.value.objects))
    return phases.flatMap(\.objects)
      + [record(certificatePEM: Self.certificatePlaceholder), records.namespace()]
      + CorePackage.allCases.map { records.gitRepository($0, customization: customizations[$0]?.path) }
      + CorePackage.allCases.map { ArgoCDApplication.core($0, repositoryURL: repositoryURL($0)) }
      + (customPackages?.set.installations ?? []).map { installation in
        installation.object { options.repositoryURL($0.repositoryName) }
      }
  }
}
