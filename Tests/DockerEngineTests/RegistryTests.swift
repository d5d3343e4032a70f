import Diagnostics
import Documents
import FoundationEssentials
import Glibc
import Testing

@testable import DockerEngine

@Suite("Image names and registry credentials")
struct RegistryTests {
  @Test(
    "names are completed as docker does",
    arguments: [
      ("alpine", "docker.io/library/alpine:latest"), ("alpine:3", "docker.io/library/alpine:3"),
      ("kindest/node:v1.36.1", "docker.io/kindest/node:v1.36.1"),
      ("docker.io/alpine", "docker.io/library/alpine:latest"),
      ("index.docker.io/a/b", "docker.io/a/b:latest"), ("localhost/x", "localhost/x:latest"),
      ("localhost:5000/x:1", "localhost:5000/x:1"), ("quay.io/argoproj/argocd:v3", "quay.io/argoproj/argocd:v3"),
      (
        "a/b:t@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "docker.io/a/b:t@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      ),
      (
        "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "docker.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      ),
    ])
  func names(text: String, complete: String) { #expect(ImageReference(text)?.description == complete) }

  @Test(
    "what is not a name is refused",
    arguments: [
      "", ":", "a:", "A", "a//b", "/a", "a/", "a b", "a@sha256", "a@sha256:xyz", "-a", "a:b:c", "a?b", "a:-x",
    ])
  func wrongNames(text: String) { #expect(ImageReference(text) == nil) }

  func find(
    _ reference: String, _ configuration: String,
    helper: CredentialHelper = CredentialHelper { _, _, _, _ in throw CredentialHelper.Problem("not expected") }
  ) async throws -> RegistryCredentials? {
    let files = FileAccess(
      read: { $0 == "/h/.docker/config.json" ? Array(configuration.utf8) : nil }, socketState: { _ in .absent })
    return try await RegistryCredentials.find(
      for: try #require(ImageReference(reference)), environment: ["HOME": "/h"], files: files, helper: helper)
  }

  @Test("texts in auths are found under hosts and URLs")
  func auths() async throws {
    let auth = Base64.encode("me:pa:ss")
    let expected = RegistryCredentials.Proof.password(user: "me", Secret("pa:ss"))
    let hub = try await find("alpine", "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"\(auth)\"}}}")
    #expect(hub == RegistryCredentials(serverAddress: "https://index.docker.io/v1/", proof: expected))
    let url = try await find("quay.io/a/b", "{\"auths\":{\"https://quay.io/v2/\":{\"auth\":\"\(auth)\"}}}")
    #expect(url?.proof == expected)
    #expect(try await find("quay.io/a/b", "{\"auths\":{\"quay.io.evil\":{\"auth\":\"\(auth)\"}}}") == nil)
    #expect(try await find("quay.io/a/b", "{\"auths\":{\"quay.io\":{}}}") == nil)
    #expect(try await find("quay.io/a/b", "{}") == nil)
    #expect(try await find("quay.io/a/b", "\n") == nil)
    let token = try await find("quay.io/a/b", "{\"auths\":{\"quay.io\":{\"identitytoken\":\"t\"}}}")
    #expect(token?.proof == .identityToken(Secret("t")))
    for broken in ["!!!", Base64.encode("nocolon"), Base64.encode(":x")] {
      await #expect(throws: EngineError.self) {
        try await find("quay.io/a/b", "{\"auths\":{\"quay.io\":{\"auth\":\"\(broken)\"}}}")
      }
    }
    await #expect(throws: EngineError.self) { try await find("quay.io/a/b", "{\"auths\"") }
  }

  @Test("helpers are asked by registry, and their answers understood")
  func helpers() async throws {
    let helper = CredentialHelper { program, arguments, input, _ in
      #expect(arguments == ["get"])
      let registry = String(decoding: input, as: UTF8.self)
      switch program {
      case "docker-credential-special":
        #expect(registry == "quay.io\n")
        return .init(exitCode: 0, output: Array("{\"Username\":\"u\",\"Secret\":\"s\"}".utf8))
      case "docker-credential-all":
        #expect(registry == "https://index.docker.io/v1/\n")
        return .init(exitCode: 0, output: Array("{\"Username\":\"<token>\",\"Secret\":\"t\"}".utf8))
      case "docker-credential-empty":
        return .init(exitCode: 1, output: Array("credentials not found in native keychain\n".utf8))
      case "docker-credential-garbage":
        return .init(exitCode: 0, output: Array("hello".utf8))
      default:
        return .init(exitCode: 3, output: Array("keychain locked\nmore".utf8))
      }
    }
    let both = "{\"credsStore\":\"all\",\"credHelpers\":{\"quay.io\":\"special\"}}"
    #expect(try await find("quay.io/a/b", both, helper: helper)?.proof == .password(user: "u", Secret("s")))
    #expect(try await find("alpine", both, helper: helper)?.proof == .identityToken(Secret("t")))
    #expect(try await find("alpine", "{\"credsStore\":\"empty\"}", helper: helper) == nil)
    for name in ["garbage", "broken", "../../bin/evil", "a b"] {
      await #expect { try await find("alpine", "{\"credsStore\":\"\(name)\"}", helper: helper) } throws: { error in
        let error = error as? EngineError
        return error?.code == .credentials && error?.remedy != nil
      }
    }
  }

  @Test("the header is base64url of the API's object, and secrets do not show")
  func header() throws {
    let credentials = RegistryCredentials(serverAddress: "r", proof: .password(user: "u?>", Secret("päß>>>???")))
    let value = credentials.headerValue
    #expect(!value.contains("+") && !value.contains("/"))
    let standard = String(value.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    let object = try JSON.parse(try #require(Base64.decode(standard)))
    #expect(object == ["username": "u?>", "password": "päß>>>???", "serveraddress": "r"])
    #expect(!"\(credentials)".contains("päß"))
  }

  @Test("a helper is run without a shell, fed and read to its end")
  func realHelper() async throws {
    let directory = "/tmp/idpbuilder-helper-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    // Given to /bin/sh as files: a program that was just written may not start while another test's child process still
    // holds it open for writing ("Text file busy").
    func install(_ name: String, _ script: String) -> String {
      let path = "\(directory)/docker-credential-\(name)"
      #expect(FileManager.default.createFile(atPath: path, contents: Data(script.utf8)))
      return path
    }
    let echo = install("echo", "read line; echo \"$1 $line $WORD\"; exit 4")
    let result = try await CredentialHelper.system.run("/bin/sh", [echo, "get"], Array("a$(b)\n".utf8), ["WORD": "w"])
    #expect(result == CredentialHelper.Result(exitCode: 4, output: Array("get a$(b) w\n".utf8)))

    let deaf = install("deaf", "exec <&-; echo x")
    #expect(try await CredentialHelper.system.run("/bin/sh", [deaf], [], [:]).exitCode == 0)

    let hanging = install("hanging", "echo started; exec sleep 1000")
    let task = Task { try await CredentialHelper.system.run("/bin/sh", [hanging], [], ["PATH": "/usr/bin:/bin"]) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await #expect(throws: CredentialHelper.Problem.self) {
      try await HelperProcess.run(
        "/bin/sh", [hanging], input: [], environment: ["PATH": "/usr/bin:/bin"], limit: .milliseconds(50))
    }
    // What the helper started holds its output open after it is gone.
    let forking = install("forking", "sleep 100 & echo $! >'\(directory)/pid'; wait")
    let start = ContinuousClock.now
    let killed = await #expect(throws: CredentialHelper.Problem.self) {
      try await HelperProcess.run(
        "/bin/sh", [forking], input: [], environment: ["PATH": "/usr/bin:/bin"], limit: .seconds(1))
    }
    #expect(killed?.description.hasPrefix("it did not answer within") == true)
    #expect(ContinuousClock.now - start < .seconds(50))
    let pid = FileManager.default.contents(atPath: "\(directory)/pid").map { String(decoding: $0, as: UTF8.self) }
    if let pid = pid.flatMap({ Int32($0.prefix { $0 != "\n" }) }) { kill(pid, SIGKILL) }
    let endless = install("endless", "while :; do echo 0123456789012345678901234567890123456789; done")
    let tooMuch = await #expect(throws: CredentialHelper.Problem.self) {
      try await CredentialHelper.system.run("/bin/sh", [endless], [], [:])
    }
    #expect(tooMuch?.description == "it wrote more than 1048576 bytes")
    await #expect(throws: CredentialHelper.Problem.self) {
      try await CredentialHelper.system.run("docker-credential-does-not-exist", [], [], [:])
    }
  }
}
