import CServerTLS
import Glibc

/// Who is at the other end, as far as the transport can tell.
public enum Peer: Sendable, Equatable {
  /// Over the node's own socket: whoever can open it is an administrator.
  case local
  /// A client certificate signed by the cluster's authority.
  case certificate(user: String, groups: [String])
  /// A client certificate that does not verify.
  case untrustedCertificate
  /// No certificate: a token may follow in the request.
  case none
}

/// A connected byte stream with blocking reads and writes; used by one thread.
public protocol Transport {
  /// The socket.
  var descriptor: Int32 { get }
  /// Who is at the other end.
  var peer: Peer { get }
  /// Whether bytes are at hand that the socket no longer shows.
  var hasBuffered: Bool { get }
  /// Bytes read, 0 at the end of the stream, negative on an error.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int
  /// False if the other end is gone.
  func write(_ bytes: [UInt8]) -> Bool
  /// Ends the connection.
  func close()
}

extension Transport {
  /// The next bytes; empty at the end of the stream and on an error.
  public func read() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      count = max(0, read(into: UnsafeMutableRawBufferPointer(buffer)))
    }
  }

  /// Ends the connection as a crash does: the other side gets a reset, where the socket knows such a thing.
  public func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    Glibc.shutdown(descriptor, Int32(SHUT_RD))
    Glibc.close(descriptor)
  }
}

/// A socket as it is.
public struct PlainTransport: Transport {
  /// The socket.
  public let descriptor: Int32
  /// Whoever can open the socket.
  public var peer: Peer { .local }
  /// Nothing is kept back.
  public var hasBuffered: Bool { false }

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Connects to a Unix socket; nil if nobody listens.
  public init?(unixSocket path: String) {
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let descriptor = descriptor
    guard withUnixAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
      Glibc.close(descriptor)
      return nil
    }
  }

  /// Connects to a port of 127.0.0.1; nil if nobody listens.
  public init?(port: UInt16) {
    descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let descriptor = descriptor
    let connected = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      Glibc.close(descriptor)
      return nil
    }
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Bytes read, 0 at the end of the stream, negative on an error.
  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      return count
    }
  }

  /// False if the other end is gone.
  public func write(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      offset += count
    }
    return true
  }

  /// Ends the connection.
  public func close() { _ = Glibc.close(descriptor) }
}

/// The server's certificate, key and trusted client authority, ready for handshakes.
public final class TLSServerContext: @unchecked Sendable {
  // @unchecked: SSL_CTX is used only through SSL_new, which OpenSSL documents as safe from several threads.
  private let context: OpaquePointer

  /// - Parameters:
  ///   - identity: the server's own.
  ///   - clientAuthority: PEM of the authority that signs client certificates.
  /// - Throws: ``CryptoError`` for PEM that OpenSSL refuses.
  public init(identity: Identity, clientAuthority: String?) throws(CryptoError) {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw CryptoError("SSL_CTX_new") }
    self.context = context
    _ = standin_set_minimum_tls12(context)
    let certificate = try Authority.readCertificate(identity.certificate)
    let key = try Authority.readKey(identity.key)
    defer {
      X509_free(certificate)
      EVP_PKEY_free(key)
    }
    guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
      throw CryptoError("server certificate")
    }
    if let clientAuthority {
      let trusted = try Authority.readCertificate(clientAuthority)
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted)
      SSL_CTX_add_client_CA(context, trusted)
      X509_free(trusted)
    }
    // As the real server: any certificate is let through the handshake and judged afterwards, with 401.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { _, _ in 1 }
    let session: [UInt8] = Array("stand-in".utf8)
    SSL_CTX_set_session_id_context(context, session, UInt32(session.count))
  }

  deinit { SSL_CTX_free(context) }

  /// Does the handshake on a connected socket; nil if it fails (the socket is then closed).
  func accept(_ descriptor: Int32) -> (any Transport)? {
    guard let connection = SSL_new(context) else {
      close(descriptor)
      return nil
    }
    SSL_set_fd(connection, descriptor)
    guard SSL_accept(connection) == 1 else {
      ERR_clear_error()
      SSL_free(connection)
      close(descriptor)
      return nil
    }
    return TLSTransport(connection: connection, descriptor: descriptor)
  }
}

struct TLSTransport: Transport {
  let connection: OpaquePointer
  let descriptor: Int32
  let peer: Peer
  var hasBuffered: Bool { SSL_pending(connection) > 0 }

  init(connection: OpaquePointer, descriptor: Int32) {
    self.connection = connection
    self.descriptor = descriptor
    peer = Self.peer(of: connection)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    Int(SSL_read(connection, buffer.baseAddress, Int32(buffer.count)))
  }

  func write(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let part = min(bytes.count - offset, 1 << 20)
      let count = bytes.withUnsafeBytes { SSL_write(connection, $0.baseAddress?.advanced(by: offset), Int32(part)) }
      if count <= 0 {
        ERR_clear_error()
        return false
      }
      offset += Int(count)
    }
    return true
  }

  func close() {
    SSL_shutdown(connection)
    SSL_free(connection)
    ERR_clear_error()
    Glibc.close(descriptor)
  }

  private static func peer(of connection: OpaquePointer) -> Peer {
    guard let certificate = SSL_get1_peer_certificate(connection) else { return .none }
    defer { X509_free(certificate) }
    guard SSL_get_verify_result(connection) == X509_V_OK else { return .untrustedCertificate }
    let subject = X509_get_subject_name(certificate)
    return .certificate(
      user: values(of: NID_commonName, in: subject).first ?? "",
      groups: values(of: NID_organizationName, in: subject))
  }

  private static func values(of identifier: Int32, in name: OpaquePointer?) -> [String] {
    var found: [String] = []
    var index = X509_NAME_get_index_by_NID(name, identifier, -1)
    while index >= 0 {
      let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
      let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(data), count: Int(ASN1_STRING_length(data)))
      found.append(String(decoding: bytes, as: UTF8.self))
      index = X509_NAME_get_index_by_NID(name, identifier, index)
    }
    return found
  }
}
