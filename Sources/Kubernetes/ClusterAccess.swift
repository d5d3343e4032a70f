public import Diagnostics
public import HTTP

/// Where an API server is, how to know that it is the right one, and how to say who is asking.
public struct ClusterAccess: Sendable, Hashable {
  /// The URL without a path's end slash: `https://127.0.0.1:41234`.
  public var server: String
  /// The certificates of the authorities that the server's certificate must come from, in PEM; nil for the system's.
  public var authorityPEM: String?
  /// The client certificate in PEM, and its key.
  public var identity: Client.Identity?
  /// A bearer token.
  public var token: Secret?
  /// The name in the server's certificate where it is not that of the URL.
  public var tlsServerName: String?

  /// Describes an access; see the properties.
  public init(
    server: String, authorityPEM: String? = nil, identity: Client.Identity? = nil, token: Secret? = nil,
    tlsServerName: String? = nil
  ) {
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.authorityPEM = authorityPEM
    self.identity = identity
    self.token = token
    self.tlsServerName = tlsServerName
  }
}
