import Certificates
import Diagnostics
import DockerEngine
import Documents
import Gitea
import HTTP
import Kubernetes
import Packages
import Platform

/// Watches the local packages of a platform that stands, and brings every change into it, until cancelled.
///
/// What changed within a moment becomes one commit for each repository. A package that cannot be used as it is at the
/// moment, in the middle of an edit, is reported and left as it was.
///
/// - Parameters:
///   - options: What the platform was created with, packages included.
///   - environment: The process environment.
///   - report: Told what happened, a line at a time.
/// - Throws: A `Failure` if the platform cannot be reached or directories cannot be watched, `CancellationError`.
public func followPackages(
  _ options: CreateOptions, environment: [String: String], report: @escaping @Sendable (String) -> Void
) async throws {
  let client = try await existingCluster(
    ClusterReference(name: options.name, dockerHost: options.dockerHost, kubeconfig: options.kubeconfig),
    environment: environment)
  let installer = try await PackageInstaller(client, try await connectEngine(options.dockerHost, environment), options)
  var options = options
  // Remote packages stay as they are.
  options.packages = try PackageRequest.localPackages(options.packages)
  guard !options.packages.isEmpty else { return report("no local packages to watch") }
  var request = try await PackageRequest(options)
  var watch = try DirectoryWatch(request.watchedDirectories)
  report("watching \(request.watchedDirectories.count) directories for changes; Ctrl-C ends that, the platform stays")
  // Whatever changed before the watch began.
  var changed = Set(request.watchedDirectories)
  while true {
    await request.bring(changed, with: installer, report)
    try Task.checkCancellation()
    changed = try await watch.next()
    // Watches belong to directories, and an editor or `git checkout` may have put others in their places.
    watch = try DirectoryWatch(request.watchedDirectories)
    do {
      let new = try await PackageRequest(options)
      let added = Set(new.watchedDirectories).subtracting(request.watchedDirectories)
      if !added.isEmpty { watch = try DirectoryWatch(new.watchedDirectories) }
      changed.formUnion(added)
      request = new
    } catch let failure as Failure {
      report("not applied: \(failure.what)\(failure.cause.map { ": \($0)" } ?? "")")
      changed = []
    }
  }
}

extension PackageRequest {
  /// The values that name directories and files of this machine.
  static func localPackages(_ values: [String]) throws(Failure) -> [String] {
    try PackageSource.parse(values, workingDirectory: CloneDirectory.workingDirectory)
      .filter { $0.remote == nil }.map(\.description)
  }

  /// The directories whose content matters: those of the packages alone, those that became repositories as a whole.
  var watchedDirectories: [String] {
    var directories = set.repositories.map(\.directory)
    for source in sources {
      switch source {
      case .directory(let path): directories.append("\(path)/.")
      case .file(let path): directories.append("\(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])/.")
      case .remote: break
      }
    }
    return Set(directories).sorted()
  }

  /// Installs the Applications that a change concerns; failures are reported.
  fileprivate func bring(
    _ changed: Set<String>, with installer: PackageInstaller, _ report: (String) -> Void
  ) async {
    let installed: InstalledObjects
    do {
      installed = try await InstalledObjects(installer.kubernetes, cluster: set.cluster)
    } catch {
      if !(error is CancellationError) { report("the cluster does not answer: \(error)") }
      return
    }
    for installation in set.installations {
      let file = installation.application.file
      let home = "\(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])/."
      guard changed.contains(home) || installation.repositories.contains(where: { changed.contains($0.directory) })
      else { continue }
      do {
        for push in try await installer.install(installation, over: installed).pushes where push.isNew {
          report("\(installation.application.name): pushed \(push.commit.prefix(7)) to \(push.repository)")
        }
      } catch let failure as Failure {
        report("\(failure.what)\(failure.cause.map { ": \($0)" } ?? "")")
      } catch {
        return
      }
    }
  }
}

extension PackageInstaller {
  /// For a platform that stands.
  fileprivate init(_ client: KubernetesClient, _ engine: Engine, _ given: CreateOptions) async throws {
    let secret = try await client.get(.secrets, Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace)
    let certificate = try await client.get(
      .secrets, Names.Certificate.secret, namespace: IngressChoice.installed.namespace)
    let options = try PlatformOptions(
      host: given.host, ingressHost: given.ingressHost, scheme: given.scheme, port: given.port,
      usePathRouting: given.usePathRouting, usesStaticPassword: given.devPassword)
    guard let localbuild = try await client.get(PlatformAccess.localbuilds, given.name),
      let token = Credentials.gitea(in: secret)?.token,
      case .success(let identity) = PlatformCertificate.existing(in: certificate, options)
    else {
      throw Failure(
        "cluster \(given.name) has no complete platform",
        remedy: "complete it: idpbuilder create --name \(given.name)", status: .notFound)
    }
    let run = PlatformRun(
      engine: engine, clusterName: given.name, options: options, customizations: [:], kubernetes: Promise(), after: [],
      publishedAddress: given.listenAddress)
    run.certificate.fulfil(identity)
    self.init(
      kubernetes: client, content: RepositoryContent(options, token: token, web: try await run.webClient()),
      options: options, records: run.records, owner: localbuild)
  }
}
