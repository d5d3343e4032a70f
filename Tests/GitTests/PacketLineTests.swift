import Diagnostics
import Testing

@testable import Git

@Suite("Fetching without history")
struct PacketLineTests {
  private let want = "0032want 0123456789012345678901234567890123456789\n"
  private let pack = "0008NAK\n0009\u{2}text"

  private func filtered(_ chunks: [[UInt8]]) -> String {
    var deepening = Deepening()
    return String(decoding: chunks.flatMap { deepening.filter($0) } + deepening.finish(), as: UTF8.self)
  }

  @Test("the packet goes between the wants and the flush")
  func request() {
    let request = Array("\(want)\(want)00000009done\n".utf8)
    #expect(
      String(decoding: Deepening.request(request, depth: 1), as: UTF8.self)
        == "\(want)\(want)000ddeepen 1\n00000009done\n")
  }

  @Test(
    "a request that is something else stays as it is",
    arguments: ["", "0000", "zzzz", "0032want", "0002", "0009done\n"])
  func otherRequest(_ text: String) {
    #expect(String(decoding: Deepening.request(Array(text.utf8), depth: 1), as: UTF8.self) == text)
  }

  @Test("the part that libgit2 does not know is taken out, wherever the answer is split")
  func answer() {
    let shallow = "0034shallow 0123456789012345678901234567890123456789"
    let answer = Array((shallow + "0036unshallow 0123456789012345678901234567890123456789" + "0000" + pack).utf8)
    #expect(filtered([answer]) == pack)
    #expect(filtered(answer.map { [$0] }) == pack)
    for position in 0...answer.count {
      #expect(filtered([Array(answer[..<position]), Array(answer[position...])]) == pack)
    }
  }

  @Test(
    "an answer without that part, or one that is no Git at all, passes unchanged",
    arguments: ["0008NAK\nPACK", "<html>", "00", "fffffshallow", "-001"])
  func otherAnswer(_ text: String) { #expect(filtered(Array(text.utf8).map { [$0] }) == text) }

  @Test("whether the server offers it is read from the capabilities of the first reference")
  func offered() {
    let line = "00a00123456789012345678901234567890123456789 HEAD\0"
    #expect(Deepening.isOffered(in: Array("\(line)multi_ack shallow side-band\n0000".utf8)))
    #expect(Deepening.isOffered(in: Array("\(line)shallow".utf8)))
    #expect(!Deepening.isOffered(in: Array("\(line)multi_ack deepen-since\n003fshallow refs/x\n".utf8)))
    #expect(!Deepening.isOffered(in: []))
  }

  @Test("addresses lose their credentials, and keep everything else")
  func urls() {
    let url = GitURL("https://me:p%3Aw@host.example:8443/o/r.git/")
    #expect(url.text == "https://host.example:8443/o/r.git")
    #expect(url.credentials?.username == "me" && url.credentials?.password.revealed == "p:w")
    #expect(GitURL("https://host/a@b").text == "https://host/a@b")
    #expect(GitURL("git@host:o/r.git").text == "git@host:o/r.git")
    #expect(GitURL("file:///srv/x").isHTTP == false)
    #expect(GitURL.origin(of: "https://Host:1/x") == "https://host:1")
  }
}
