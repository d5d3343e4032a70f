public import HTTP

/// Where a container engine is and how it is reached.
public struct EngineEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// What certificates are used on TCP.
  public struct TLS: Sendable, Hashable {
    /// The authorities that the engine's certificate must come from.
    public var trust: Client.Trust
    /// The client certificate, if the engine asks for one.
    public var identity: Client.Identity?

    /// TLS with these certificates; see the properties.
    public init(trust: Client.Trust, identity: Client.Identity? = nil) {
      self.trust = trust
      self.identity = identity
    }
  }

  /// The address.
  public enum Address: Sendable, Hashable {
    /// A unix socket by its path.
    case unix(String)
    /// A TCP port; plain HTTP without `tls`.
    case tcp(HostPort, tls: TLS?)
  }

  /// The address.
  public var address: Address
  /// Where the address comes from, in words: `DOCKER_HOST`, `docker context colima`.
  public var origin: String

  /// An endpoint; see the properties.
  public init(_ address: Address, origin: String = "the configured endpoint") {
    self.address = address
    self.origin = origin
  }

  /// The address as docker writes it: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`.
  public var name: String {
    switch address {
    case .unix(let path): "unix://\(path)"
    case .tcp(let hostPort, _): "tcp://\(hostPort)"
    }
  }

  /// The address and where it comes from.
  public var description: String { "\(name) (\(origin))" }

  /// The path of the socket, nil for TCP.
  public var socketPath: String? {
    if case .unix(let path) = address { path } else { nil }
  }

  /// What URLs begin with.
  var baseURL: String {
    switch address {
    // Engines check that there is a host, and nothing else of it.
    case .unix: "http://localhost"
    case .tcp(let hostPort, let tls): "\(tls == nil ? "http" : "https")://\(hostPort)"
    }
  }

  var clientConfiguration: Client.Configuration {
    var configuration = Client.Configuration()
    switch address {
    case .unix(let path):
      configuration.unixSocket = path
    case .tcp(_, let tls):
      // As docker does, TCP follows the proxy variables of the environment.
      configuration.proxy = .environment
      if let tls {
        configuration.trust = tls.trust
        configuration.identity = tls.identity
      }
    }
    return configuration
  }
}
