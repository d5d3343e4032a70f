import Diagnostics
import FoundationEssentials
import HTTP
import KindCluster

/// Where the cluster configuration comes from: kind's defaults, or what `--kind-config` names.
enum KindConfigurationSource {
  /// The largest configuration that is read from a URL, in bytes.
  private static let sizeLimit = 1 << 20

  /// Reads the configuration.
  ///
  /// - Parameters:
  ///   - options: The options of `create`.
  ///   - name: The cluster's name.
  ///   - image: The image of nodes that name none.
  ///   - environment: For proxies.
  /// - Returns: The configuration, without what the platform needs.
  /// - Throws: `Failure` that names the file or URL and every fault in it.
  static func read(
    _ options: CreateOptions, name: ClusterName, image: String, environment: [String: String]
  ) async throws -> ClusterConfiguration {
    guard let source = options.kindConfig else { return ClusterConfiguration(name: name, image: image) }
    let text = try await text(source)
    var cluster = try KindConfigurationFile.read(
      text, source: withoutCredentials(source), name: name, image: image, listenAddress: options.listenAddress)
    // The engine would take a relative path for the name of a volume; kind's count from the working directory.
    for node in cluster.nodes.indices {
      for mount in cluster.nodes[node].extraMounts.indices {
        let path = cluster.nodes[node].extraMounts[mount].hostPath
        cluster.nodes[node].extraMounts[mount].hostPath = AbsolutePath.of(path)
      }
    }
    return cluster
  }

  private static func text(_ source: String) async throws -> String {
    if source.hasPrefix("http://") || source.hasPrefix("https://") { return try await download(source) }
    let path = try AbsolutePath.existing(source, option: "--kind-config")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("the file \(source) given with --kind-config cannot be read", status: .badInput)
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// A URL as it may be shown; anything else as it is.
  static func withoutCredentials(_ text: String) -> String {
    // By scalars: an accent after the @ would make another character of it.
    let scalars = text.unicodeScalars
    guard let start = scalars.firstRange(of: "://".unicodeScalars)?.upperBound,
      let at = scalars[start...].prefix(while: { !"/?#".unicodeScalars.contains($0) }).lastIndex(of: "@")
    else { return text }
    return "\(text[..<start])\(text[scalars.index(after: at)...])"
  }

  private static func download(_ url: String) async throws -> String {
    let shown = withoutCredentials(url)
    var configuration = Client.Configuration()
    configuration.proxy = .environment
    do {
      let response = try await Client(configuration).send(Request(.get, url), deadline: .after(.seconds(30)))
      guard response.isSuccess else {
        throw Failure("\(shown) cannot be read", cause: "the server answered \(response.status)", status: .badInput)
      }
      return String(decoding: try await response.collect(limit: sizeLimit), as: UTF8.self)
    } catch let error as HTTPError {
      throw Failure("\(shown) cannot be read", because: error)
    }
  }
}
