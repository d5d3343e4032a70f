import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// With what this user connects by ssh: the agent, the usual keys, and what is noted of servers.
///
/// Names of files: ssh(1), "FILES". `~/.ssh/config` is not read.
struct SSHAccess: Sendable {
  /// A private key and why it is not used, if it is not.
  struct Key: Sendable, Hashable {
    /// The file.
    let path: String
    /// Whether it opens only with a passphrase.
    let isEncrypted: Bool
  }

  /// The user's directory.
  let home: String
  /// Where the agent listens; nil without one.
  let agent: String?
  /// Who connects, if the address does not say.
  let user: String

  /// As the environment says.
  static var ofProcess: SSHAccess {
    SSHAccess(
      home: variable("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path,
      agent: variable("SSH_AUTH_SOCK"), user: variable("USER") ?? variable("LOGNAME") ?? "git")
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The user's own list of servers' keys.
  var knownHostsFile: String { home + "/.ssh/known_hosts" }

  /// What is noted of servers.
  var knownHosts: KnownHosts {
    KnownHosts(files: [knownHostsFile, knownHostsFile + "2", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"])
  }

  /// The private keys that are there, in the order in which they are offered.
  var keys: [Key] {
    ["id_ed25519", "id_ecdsa", "id_rsa"].compactMap { name in
      let path = "\(home)/.ssh/\(name)"
      return FileManager.default.contents(atPath: path).map { Key(path: path, isEncrypted: Self.isEncrypted($0)) }
    }
  }

  /// Whether a private key opens only with a passphrase: OpenSSH's own format (PROTOCOL.key in its sources: a cipher's name
  /// after the magic bytes), or PEM (RFC 1421 and 5958).
  static func isEncrypted(_ file: Data) -> Bool {
    let text = String(decoding: file, as: UTF8.self)
    guard text.contains("BEGIN OPENSSH PRIVATE KEY") else { return text.contains("ENCRYPTED") }
    let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
    let bytes = Data(base64Encoded: body).map(Array.init) ?? []
    let start = Array("openssh-key-v1\0".utf8) + [0, 0, 0, 4] + Array("none".utf8)
    return !bytes.starts(with: start)
  }
}
