public import Diagnostics

/// A host and a port, as in a URL's authority.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
  /// A name, an IPv4 address, or an IPv6 address without brackets.
  public var host: String
  /// The port.
  public var port: UInt16

  /// Names a host and a port.
  public init(_ host: String, _ port: UInt16) {
    self.host = host
    self.port = port
  }

  /// `host:port`, with brackets around an IPv6 address.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Client {
  /// Whose certificates a client believes. Verification of host and chain cannot be switched off.
  public enum Trust: Sendable, Hashable {
    /// The authorities that the machine trusts.
    case system
    /// Only these authorities: one or more certificates in PEM.
    case pem(String)
  }

  /// What a client shows to a server that asks who it is.
  public struct Identity: Sendable, Hashable {
    /// The certificate in PEM, followed by intermediate ones if any.
    public var certificatePEM: String
    /// Its private key in PEM.
    public var keyPEM: Secret

    /// A certificate with its key.
    public init(certificatePEM: String, keyPEM: Secret) {
      self.certificatePEM = certificatePEM
      self.keyPEM = keyPEM
    }
  }

  /// Which proxy is used.
  public enum Proxy: Sendable, Hashable {
    /// None, whatever the environment says.
    case none
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the process environment say, in the spellings
    /// libcurl knows (<https://curl.se/libcurl/c/libcurl-env.html>).
    case environment
  }

  /// How a client reaches its servers.
  public struct Configuration: Sendable, Hashable {
    /// The path of a unix socket that carries all requests, nil for TCP. A proxy is never used with it.
    public var unixSocket: String?
    /// Whose certificates are believed.
    public var trust: Trust = .system
    /// The client certificate for servers that ask for one.
    public var identity: Identity?
    /// Where to connect for a host and port in a URL, instead of resolving the name. TLS still checks the URL's name.
    public var connectTo: [HostPort: HostPort] = [:]
    /// Which proxy is used.
    public var proxy: Proxy = .none
    /// The `User-Agent` field.
    public var userAgent: String = "idpbuilder"
    /// How long connecting may take, TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// Whether to offer HTTP/2 to TLS servers. HTTP/1.1 is spoken otherwise.
    public var offersHTTP2: Bool = false
    /// How many connections there may be to one server; requests beyond them wait for one. Zero stands for any number, as
    /// responses without an end need: each keeps its connection.
    public var connectionsPerHost: Int = 0
    /// The largest accepted sum of response header fields, in bytes.
    public var headerLimit: Int = 256 << 10
    /// How many bytes of a response are kept for a caller that reads slowly before the other side is made to wait.
    public var readAhead: Int = 1 << 20

    /// TCP, the system's trust, no proxy.
    public init() {}

    /// A server on a unix socket.
    public init(unixSocket: String) { self.unixSocket = unixSocket }
  }
}
