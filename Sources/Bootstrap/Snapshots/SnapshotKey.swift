import Certificates
import Diagnostics
import Documents
import Git
import KindCluster
import Packages
import Platform

/// What a cluster and its platform are made from, as digests: a snapshot with the same ones stands for the same result.
///
/// Two parts, because they are settled at different times: the cluster's when its node is made, the platform's at the end
/// of each `create`; see ``MadeFrom``.
enum SnapshotKey {
  /// Changed when restoring a snapshot of an earlier version of this program would give something else.
  private static let format = "2"
  /// The platform's part while there is no platform.
  static let none = "none"

  /// The part about the cluster: node image, name and configuration. Ports and addresses of this machine do not count:
  /// another port of the API server is no reason to build a cluster anew. The platform's own port is in its objects.
  ///
  /// - Parameters:
  ///   - cluster: What is wanted.
  ///   - image: The node image's id.
  ///   - preloaded: Images that were put into it besides the platform's.
  /// - Returns: A digest.
  /// - Throws: `CertificateError` when memory runs out.
  static func cluster(_ cluster: ClusterConfiguration, image: String, preloaded: [String] = []) throws -> String {
    var cluster = cluster
    cluster.networking.apiServerPort = 0
    for index in cluster.nodes.indices {
      cluster.nodes[index].image = ""
      for port in cluster.nodes[index].extraPortMappings.indices {
        cluster.nodes[index].extraPortMappings[port].hostPort = 0
        cluster.nodes[index].extraPortMappings[port].listenAddress = ""
      }
    }
    return try digest(of: [format, image, CanonicalText.of(cluster)] + Set(preloaded).sorted())
  }

  /// The part about the platform: its rendered objects and the content of packages. Passwords are no part of it: a
  /// restored platform gets its own.
  ///
  /// - Parameter platform: What is wanted; nil for a cluster alone.
  /// - Returns: A digest.
  /// - Throws: A rendering error, which tests rule out, or `Failure` if a package's files cannot be read.
  static func platform(_ platform: PlatformRun?) async throws -> String {
    guard let platform else { return none }
    var parts = [format, platform.options.argoCDURL, platform.options.giteaURL] + platform.options.hosts
    let rendered = try platform.render(certificatePEM: "").sorted { $0.key.rawValue < $1.key.rawValue }
    parts += rendered.flatMap(\.value.objects).map { JSON.string($0) }
    parts.append(JSON.string(try CoreDNS.rules(platform.options)))
    for installation in platform.customPackages?.set.installations ?? [] {
      parts.append(JSON.string(installation.object { platform.options.repositoryURL($0.repositoryName) }))
    }
    for repository in platform.customPackages?.set.repositories ?? [] {
      parts.append(repository.repositoryName)
      // Files are hashed piece by piece, whatever their size. One that has just vanished makes it another platform;
      // pushing the package says why.
      let files = try await repository.files()
      let entries = (try? await GitTree.entries(of: files)) ?? []
      try Task.checkCancellation()
      parts += entries.map { "\($0.mode) \($0.id) \($0.name)" }
    }
    return try digest(of: parts)
  }

  /// Both parts as one.
  static func combined(cluster: String, platform: String) throws -> String { try digest(of: [cluster, platform]) }

  private static func digest(of parts: [String]) throws -> String {
    // Lengths keep parts apart.
    try Digest.sha256(of: parts.map { "\($0.utf8.count):\($0)" }.joined(separator: "\n")).hex
  }
}

/// A text for a value that is the same whenever the value is, whatever order its dictionaries have.
enum CanonicalText {
  /// Writes a value with the names of its properties.
  static func of(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case nil: return String(reflecting: value)
    case .dictionary, .set: return "{\(mirror.children.map { of($0.value) }.sorted().joined(separator: ","))}"
    default:
      // A case without a payload has its name only in its text.
      if mirror.children.isEmpty { return String(reflecting: value) }
      return "(\(mirror.children.map { "\($0.label ?? ""):\(of($0.value))" }.joined(separator: ",")))"
    }
  }
}
