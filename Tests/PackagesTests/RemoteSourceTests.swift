import Diagnostics
import Testing

@testable import Packages

@Suite("Addresses of packages")
struct RemoteSourceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let address: String
    var path = ""
    var ref: String?
    var submodules = true
    var timeout: Duration?
    var testDescription: String { text }
  }

  static let cases = [
    Case(
      text: "https://github.com/kubernetes-sigs/kustomize//examples/multibases/dev/?timeout=120&ref=v3.3.1",
      address: "https://github.com/kubernetes-sigs/kustomize", path: "examples/multibases/dev", ref: "v3.3.1",
      timeout: .seconds(120)),
    Case(
      text: "git@github.com:owner/repo//examples?timeout=120&version=v3.3.1", address: "git@github.com:owner/repo",
      path: "examples", ref: "v3.3.1", timeout: .seconds(120)),
    Case(
      text: "https://my.host/o/r//a?version=v1&submodules=false&timeout=1m30s", address: "https://my.host/o/r",
      path: "a", ref: "v1", submodules: false, timeout: .seconds(90)),
    Case(text: "https://host/o/r//a?ref=main&version=old", address: "https://host/o/r", path: "a", ref: "main"),
    Case(text: "https://host:8443/o/r.git//", address: "https://host:8443/o/r.git"),
    Case(text: "https://host/o/r.git", address: "https://host/o/r.git"),
    Case(text: "https://host/o/r.git/sub/dir?ref=", address: "https://host/o/r.git", path: "sub/dir"),
    Case(text: "ssh://git@host:2222/o/r.git//a//b/./c", address: "ssh://git@host:2222/o/r.git", path: "a/b/c"),
    Case(text: "http://host/r//x?submodules=0", address: "http://host/r", path: "x", submodules: false),
    Case(text: "github.com/cnoe-io/stacks//basic", address: "https://github.com/cnoe-io/stacks", path: "basic"),
    Case(text: "file:///srv/git/r//p", address: "file:///srv/git/r", path: "p"),
    Case(text: "https://host/o/r//with%20space", address: "https://host/o/r", path: "with space"),
    Case(text: "https://[::1]:3000/o/r//a/b/../c", address: "https://[::1]:3000/o/r", path: "a/c"),
    Case(text: "host.example:o/r//p?ref=feature%2Fx", address: "host.example:o/r", path: "p", ref: "feature/x"),
  ]

  @Test("kustomize's remote form is understood", arguments: cases)
  func parsing(_ expected: Case) throws {
    let source = try RemoteSource(parsing: expected.text)
    #expect(source.address == expected.address)
    #expect(source.path == expected.path)
    #expect(source.ref == expected.ref)
    #expect(source.includesSubmodules == expected.submodules)
    #expect(source.timeout == expected.timeout)
    #expect(source.credentials == nil)
  }

  @Test("credentials are taken out of the address and never shown")
  func credentials() throws {
    let source = try RemoteSource(parsing: "https://me%40work:s3cr%2Ft@host/o/r//p?ref=main")
    #expect(source.address == "https://host/o/r")
    #expect(source.credentials?.user.revealed == "me@work")
    #expect(source.credentials?.password.revealed == "s3cr/t")
    #expect(source.description == "https://host/o/r//p?ref=main")
    #expect(!"\(source) \(String(reflecting: source))".contains("s3cr"))
    #expect(!"\(PackageSource.remote(source))".contains("me"))
  }

  @Test(
    "what is no address is refused with a reason",
    arguments: [
      ("https://host/o/r", "“//” is missing"), ("https://   /(@o/r//x", "space"), ("ftp://host/o//p", "scheme"),
      ("https:///o/r//p", "no host"), ("https://host///p", "no repository"), ("https://host", "no repository"),
      ("https://host/o/r//../../etc", "outside"),
      ("https://host/o/r//../%CC%81x", "outside"), ("https://host/o/r//a?timeout=soon", "timeout"),
      ("https://host/o/r//a?submodules=perhaps", "submodules"), ("https://host/o/r//a?ref=-x", "branch"),
      ("https://host/o/r//a?ref=a..b", "branch"), ("https://host/o/r//a?timeout=-5", "timeout"),
      ("ssh://@host/o/r//a", "no host"), ("git@:o/r//a", "no host"), ("https://host/o/r//\u{0}", "control"),
    ])
  func faults(text: String, reason: String) throws {
    let failure = try #require(throws: Failure.self) { try RemoteSource(parsing: text) }
    #expect(failure.cause?.contains(reason) == true, "\(failure)")
    #expect(failure.status == .usage)
  }

  @Test(
    "a refused address shows no credentials",
    arguments: [
      "https://me:hunter2@host/o/r", "ssh://git:hunter2@host/o/r//p", "me:hunter2@host:o/r//p",
      "https://hunter2@host/o/r//p?timeout=x",
    ])
  func secretsInFaults(text: String) throws {
    let failure = try #require(throws: Failure.self) { try RemoteSource(parsing: text) }
    #expect(!failure.description.contains("hunter2"), "\(failure)")
  }

  @Test("an accent does not make another character of what ends a password, and show it (found by fuzzing)")
  func accents() {
    for text in ["https://user:hunter2@\u{33A}host", "https://user:hunter2@\u{301}", "https://u\u{301}:hunter2@/x"] {
      do throws(Failure) {
        #expect(!"\(try RemoteSource(parsing: text))".contains("hunter2"))
      } catch {
        #expect(!error.description.contains("hunter2"), "\(error)")
      }
    }
  }

  @Test("parameters without a meaning are remembered")
  func unknownParameters() throws {
    #expect(try RemoteSource(parsing: "https://host/o/r//p?depth=1&ref=x").unknownParameters == ["depth"])
  }

  @Test("cut and changed addresses are read or refused, nothing else")
  func hostile() {
    let text = "https://me:pass@host:1/o/r.git//a/../b?ref=v1&submodules=true&timeout=1h2m3s&x=%zz%"
    for end in text.indices { _ = try? RemoteSource(parsing: String(text[..<end])) }
    for start in text.indices { _ = try? RemoteSource(parsing: String(text[start...])) }
    for index in text.indices {
      for other in ["", "/", ":", "@", "?", "%", "\u{0}", "é"] {
        var changed = text
        changed.replaceSubrange(index...index, with: other)
        _ = try? RemoteSource(parsing: changed)
      }
    }
  }
}
