import CGit2
import FoundationEssentials

extension RemoteSession {
  /// Proofs that are left to be offered to a server, and what became of the others.
  struct SSHOffers {
    fileprivate enum Offer {
      case agent
      case key(String)
    }

    fileprivate var rest: ArraySlice<Offer>
    fileprivate let described: [String]

    init(_ access: SSHAccess) {
      let keys = access.keys
      let usable = keys.filter { !$0.isEncrypted }.map { Offer.key($0.path) }
      rest = ((access.agent == nil ? [] : [.agent]) + usable)[...]
      described =
        [access.agent == nil ? "no ssh-agent runs" : "the ssh-agent's keys were refused"]
        + keys.map { "\($0.path) \($0.isEncrypted ? "needs a passphrase" : "was refused")" }
        + (keys.isEmpty ? ["there is no id_ed25519, id_ecdsa or id_rsa in \(access.home)/.ssh"] : [])
    }
  }

  /// Refuses addresses that this build cannot reach.
  func requireTransport(_ operation: String) throws(GitError) {
    guard GitURL(remote.url).isSSH, git_libgit2_features() & Int32(GIT_FEATURE_SSH.rawValue) == 0 else { return }
    throw GitError(
      .network, operation, "this build cannot connect by ssh",
      remedy: "give the repository's https address, or a directory with a clone of it")
  }

  /// libgit2 asks for a proof of who connects.
  func offer(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?, as user: String?, allowed: UInt32
  ) -> Int32 {
    let user = user ?? remote.ssh.user
    if allowed & GIT_CREDENTIAL_USERNAME.rawValue != 0 { return git_credential_username_new(out, user) }
    var offers = offers ?? SSHOffers(remote.ssh)
    defer { self.offers = offers }
    switch allowed & GIT_CREDENTIAL_SSH_KEY.rawValue == 0 ? nil : offers.rest.popFirst() {
    case .agent: return git_credential_ssh_key_from_agent(out, user)
    case .key(let path): return git_credential_ssh_key_new(out, user, nil, path, nil)
    case nil:
      failure = GitError(
        .authentication, "", "\(user) is not let in: " + offers.described.joined(separator: ", "),
        remedy: "ssh-add a key that the server knows, \(Self.rsaNote)")
      return GIT_EUSER.rawValue
    }
  }

  /// libssh2 has rsa-sha2-256 since version 1.11 only, and servers refuse what was before it.
  private static let rsaNote =
    "of type ed25519 or ecdsa, since many servers refuse RSA keys as this build signs with them"

  /// libgit2 asks whether a server is the one that is meant. Unknown ones are never accepted.
  func verify(_ certificate: UnsafeMutablePointer<git_cert>?, of host: String) -> Int32 {
    guard let certificate, certificate.pointee.cert_type == GIT_CERT_HOSTKEY_LIBSSH2 else {
      return GIT_PASSTHROUGH.rawValue
    }
    let key = UnsafeMutableRawPointer(certificate).assumingMemoryBound(to: git_cert_hostkey.self).pointee
    guard key.type.rawValue & GIT_CERT_SSH_RAW.rawValue != 0, let bytes = key.hostkey else {
      return GIT_ECERTIFICATE.rawValue
    }
    let raw = UnsafeRawBufferPointer(start: bytes, count: key.hostkey_len)
    let port = address.sshPort
    let verdict = remote.ssh.knownHosts.verdict(on: Array(raw), of: host, port: port)
    if verdict == .known { return 0 }
    let destination = port == 22 ? host : "-p \(port) \(host)"
    let (problem, remedy) =
      switch verdict {
      case .changed:
        (
          "it has another key than \(remote.ssh.knownHostsFile) says",
          "find out why before you trust it; then remove the old key: ssh-keygen -R "
            + (port == 22 ? host : "'[\(host)]:\(port)'")
        )
      case .revoked: ("its key is marked as revoked in \(remote.ssh.knownHostsFile)", "ask who runs the server")
      default:
        (
          "its key is not in \(remote.ssh.knownHostsFile)",
          "connect once yourself, and compare the fingerprint: ssh \(destination)"
        )
      }
    failure = GitError(
      .certificate, "", "\(host) is not trusted: \(problem) (\(Self.fingerprint(key)))", remedy: remedy)
    return GIT_ECERTIFICATE.rawValue
  }

  /// As ssh shows it.
  private static func fingerprint(_ key: git_cert_hostkey) -> String {
    let name =
      switch key.raw_type {
      case GIT_CERT_SSH_RAW_TYPE_RSA: "RSA "
      case GIT_CERT_SSH_RAW_TYPE_KEY_ECDSA_256, GIT_CERT_SSH_RAW_TYPE_KEY_ECDSA_384,
        GIT_CERT_SSH_RAW_TYPE_KEY_ECDSA_521:
        "ECDSA "
      case GIT_CERT_SSH_RAW_TYPE_KEY_ED25519: "ED25519 "
      default: ""
      }
    guard key.type.rawValue & GIT_CERT_SSH_SHA256.rawValue != 0 else { return name + "key" }
    let text = withUnsafeBytes(of: key.hash_sha256) { Data($0).base64EncodedString() }
    return "\(name)SHA256:\(text.prefix { $0 != "=" })"
  }
}
