import FoundationEssentials
import Testing

@testable import Git

@Suite("What ssh has noted")
struct SSHAccessTests {
  /// Keys of no use to anybody: only their bytes count.
  private static let (key, other) = ([UInt8]("key".utf8), [UInt8]("other".utf8))
  private static let (text, otherText) = ("a2V5", "b3RoZXI=")

  private func verdict(_ lines: String..., host: String = "git.example", port: Int = 22) -> KnownHosts.Verdict {
    KnownHosts(text: lines.joined(separator: "\n")).verdict(on: Self.key, of: host, port: port)
  }

  @Test("a server is known by its name and key alone; another key is a change")
  func plain() {
    #expect(verdict("git.example ssh-ed25519 \(Self.text)") == .known)
    #expect(verdict("GIT.example,10.0.0.1 ssh-ed25519 \(Self.text) a comment") == .known)
    #expect(verdict("git.example ssh-ed25519 \(Self.otherText)") == .changed)
    #expect(verdict("git.example ssh-rsa \(Self.otherText)", "git.example ssh-ed25519 \(Self.text)") == .known)
    #expect(verdict("other.example ssh-ed25519 \(Self.text)") == .unknown)
    #expect(verdict("# git.example ssh-ed25519 \(Self.text)", "", "git.example", "git.example x ???") == .unknown)
  }

  @Test("a port of its own belongs to the name")
  func ports() {
    #expect(verdict("[git.example]:2222 ssh-ed25519 \(Self.text)", port: 2222) == .known)
    #expect(verdict("git.example ssh-ed25519 \(Self.text)", port: 2222) == .unknown)
    #expect(verdict("[git.example]:2222 ssh-ed25519 \(Self.text)") == .unknown)
  }

  @Test("stars, question marks and negations mean what they mean to ssh")
  func patterns() {
    #expect(verdict("*.example ssh-ed25519 \(Self.text)") == .known)
    #expect(verdict("g?t.*mple ssh-ed25519 \(Self.text)") == .known)
    #expect(verdict("*.example,!git.example ssh-ed25519 \(Self.text)") == .unknown)
    #expect(verdict("*.exampl ssh-ed25519 \(Self.text)") == .unknown)
    #expect(verdict("git.example* ssh-ed25519 \(Self.text)", host: "git.example") == .known)
  }

  @Test("a hashed name is recognized")
  func hashed() {
    // Computed with Python's hmac for `git.example` and this salt.
    let line = "|1|AAECAwQFBgcICQoLDA0ODxAREhM=|ofeWoBPxCZqYoYdPpknNO778Vcc= ssh-ed25519 \(Self.text)"
    #expect(verdict(line) == .known)
    #expect(verdict(line, host: "git.exampl") == .unknown)
    #expect(verdict("|1|AAECAw==|AAEC ssh-ed25519 \(Self.text)", "|1| x \(Self.text)") == .unknown)
  }

  @Test("a revoked key is refused, whatever else stands there; an authority is no server's key")
  func markers() {
    #expect(verdict("git.example ssh-ed25519 \(Self.text)", "@revoked * ssh-ed25519 \(Self.text)") == .revoked)
    #expect(verdict("@cert-authority *.example ssh-ed25519 \(Self.text)") == .unknown)
  }

  @Test("a key that needs a passphrase is told from one that does not")
  func passphrases() {
    func file(_ cipher: String) -> Data {
      let bytes = Array("openssh-key-v1\0".utf8) + [0, 0, 0, UInt8(cipher.utf8.count)] + Array(cipher.utf8) + [0, 0]
      let text = Data(bytes).base64EncodedString()
      return Data("-----BEGIN OPENSSH PRIVATE KEY-----\n\(text)\n-----END OPENSSH PRIVATE KEY-----\n".utf8)
    }
    #expect(!SSHAccess.isEncrypted(file("none")))
    #expect(SSHAccess.isEncrypted(file("aes256-ctr")))
    #expect(SSHAccess.isEncrypted(Data("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n".utf8)))
    #expect(!SSHAccess.isEncrypted(Data("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n".utf8)))
  }

  @Test("addresses tell whether ssh carries them, and its port")
  func addresses() {
    for (text, isSSH, port) in [
      ("ssh://git@host/o/r", true, 22), ("ssh://git@host:2222/o/r", true, 2222), ("git@host:o/r", true, 22),
      ("host:o/r", true, 22), ("ssh://[::1]:24/o", true, 24), ("https://host:1/o/r", false, 22), ("/a/b:c", false, 22),
      ("file:///a", false, 22),
    ] as [(String, Bool, Int)] {
      #expect(GitURL(text).isSSH == isSSH, "\(text)")
      #expect(GitURL(text).sshPort == port, "\(text)")
    }
  }
}
