import Diagnostics
import HTTP
import Testing

@testable import DockerEngine

@Suite("Finding the engine")
struct DiscoveryTests {
  /// A file system made of a table.
  static func files(
    _ contents: [String: String] = [:], sockets: [String: FileAccess.SocketState] = [:]
  ) -> FileAccess {
    FileAccess(
      read: { path in contents[path].map { Array($0.utf8) } }, socketState: { path in sockets[path] ?? .absent })
  }

  func discover(
    _ environment: [String: String], flag: String? = nil, files: FileAccess = Self.files()
  ) throws -> EngineEndpoint {
    try EngineEndpoint.discover(environment: environment, flag: flag, files: files)
  }

  @Test("the flag wins over DOCKER_HOST, DOCKER_HOST over contexts, contexts over sockets")
  func order() throws {
    let files = Self.files(
      ["/home/u/.docker/config.json": "{\"currentContext\":\"missing\"}"],
      sockets: ["/var/run/docker.sock": .usable])
    let environment = ["HOME": "/home/u", "DOCKER_HOST": "tcp://10.0.0.1:99", "DOCKER_CONTEXT": "missing"]
    let flag = try discover(environment, flag: "unix:///tmp/s", files: files)
    #expect(flag == EngineEndpoint(.unix("/tmp/s"), origin: "--docker-host"))
    let host = try discover(environment, files: files)
    #expect(host == EngineEndpoint(.tcp(HostPort("10.0.0.1", 99), tls: nil), origin: "DOCKER_HOST"))
    #expect(throws: EngineError.self) { try discover(["HOME": "/home/u", "DOCKER_CONTEXT": "missing"], files: files) }
    #expect(throws: EngineError.self) { try discover(["HOME": "/home/u"], files: files) }
    // The context "default" means the usual places, also against the configuration.
    let usual = try discover(["HOME": "/home/u", "DOCKER_CONTEXT": "default"], files: files)
    #expect(usual.address == .unix("/var/run/docker.sock"))
    #expect(try discover([:], files: files).address == .unix("/var/run/docker.sock"))
  }

  @Test("addresses are read as docker reads them")
  func addresses() throws {
    func address(_ text: String) throws -> EngineEndpoint.Address { try discover([:], flag: text).address }
    #expect(try address("/run/x.sock") == .unix("/run/x.sock"))
    #expect(try address("tcp://host") == .tcp(HostPort("host", 2375), tls: nil))
    #expect(try address("tcp://[::1]:5/") == .tcp(HostPort("::1", 5), tls: nil))
    #expect(try address("http://host:8") == .tcp(HostPort("host", 8), tls: nil))
    #expect(try address("https://host") == .tcp(HostPort("host", 2376), tls: EngineEndpoint.TLS(trust: .system)))
  }

  @Test(
    "wrong addresses are refused, each with a remedy",
    arguments: [
      "", "docker", "unix://relative", "tcp://", "tcp://host:0", "tcp://host:x", "tcp://host:70000", "tcp://a:b:c",
      "tcp://host/path", "ssh://host", "npipe:////./pipe/docker_engine", "tcp://[::1", "tcp://ho st:1",
      "unix:///" + String(repeating: "x", count: 200),
    ])
  func wrongAddresses(text: String) {
    #expect { try discover([:], flag: text) } throws: { error in
      guard let error = error as? EngineError else { return false }
      return error.code == .badConfiguration && error.remedy != nil && error.exitStatus == .badInput
    }
  }

  @Test("TLS comes from DOCKER_TLS_VERIFY and the certificates of DOCKER_CERT_PATH")
  func tls() throws {
    let files = Self.files(["/certs/ca.pem": "CA", "/certs/cert.pem": "CERT", "/certs/key.pem": "KEY"])
    let environment = ["DOCKER_HOST": "tcp://host:1", "DOCKER_CERT_PATH": "/certs"]
    #expect(try discover(environment, files: files).address == .tcp(HostPort("host", 1), tls: nil))
    let endpoint = try discover(environment.merging(["DOCKER_TLS_VERIFY": "1"]) { $1 }, files: files)
    let tls = EngineEndpoint.TLS(
      trust: .pem("CA"), identity: Client.Identity(certificatePEM: "CERT", keyPEM: Secret("KEY")))
    #expect(endpoint.address == .tcp(HostPort("host", 1), tls: tls))
    #expect(endpoint.baseURL == "https://host:1")
    let half = Self.files(["/home/u/.docker/cert.pem": "CERT"])
    #expect(throws: EngineError.self) {
      try discover(["DOCKER_HOST": "tcp://host:1", "DOCKER_TLS_VERIFY": "1", "HOME": "/home/u"], files: half)
    }
  }

  @Test("a context is found by the hash of its name, with its certificates")
  func context() throws {
    // printf colima | sha256sum
    let key = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16"
    let meta = """
      {"Name":"colima","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///home/u/.colima/default/docker.sock",\
      "SkipTLSVerify":false}}}
      """
    var contents = [
      "/cfg/config.json": "{\"currentContext\":\"colima\"}", "/cfg/contexts/meta/\(key)/meta.json": meta,
    ]
    let endpoint = try discover(["DOCKER_CONFIG": "/cfg"], files: Self.files(contents))
    #expect(endpoint.address == .unix("/home/u/.colima/default/docker.sock"))
    #expect(endpoint.origin == "docker context colima")

    contents["/cfg/contexts/meta/\(key)/meta.json"] = "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://h:2376\"}}}"
    contents["/cfg/contexts/tls/\(key)/docker/ca.pem"] = "CA"
    let tls = try discover(["DOCKER_CONFIG": "/cfg"], files: Self.files(contents))
    #expect(tls.address == .tcp(HostPort("h", 2376), tls: EngineEndpoint.TLS(trust: .pem("CA"))))

    for broken in [
      "{", "{\"Endpoints\":{}}", "{\"Endpoints\":{\"docker\":{\"Host\":\"\"}}}",
      "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://h:1\",\"SkipTLSVerify\":true}}}",
    ] {
      contents["/cfg/contexts/meta/\(key)/meta.json"] = broken
      #expect { try discover(["DOCKER_CONFIG": "/cfg"], files: Self.files(contents)) } throws: {
        ($0 as? EngineError)?.description.contains("colima") == true
      }
    }
    #expect(throws: EngineError.self) {
      try discover(["DOCKER_CONFIG": "/cfg"], files: Self.files(["/cfg/config.json": "{\"currentContext\":"]))
    }
  }

  @Test("the first usable socket is taken; a forbidden one only if there is no other")
  func sockets() throws {
    let environment = ["HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/1"]
    let paths = EngineEndpoint.usualSockets(environment).map(\.path)
    #expect(
      paths == [
        "/var/run/docker.sock", "/run/user/1/docker.sock", "/home/u/.docker/run/docker.sock",
        "/home/u/.docker/desktop/docker.sock", "/home/u/.colima/default/docker.sock",
        "/home/u/.orbstack/run/docker.sock", "/home/u/.rd/docker.sock", "/run/user/1/podman/podman.sock",
        "/run/podman/podman.sock",
      ])
    for path in paths {
      let files = Self.files(sockets: ["/var/run/docker.sock": .forbidden].merging([path: .usable]) { $1 })
      #expect(try discover(environment, files: files).address == .unix(path))
    }
    let forbidden = Self.files(sockets: ["/var/run/docker.sock": .forbidden])
    #expect(try discover(environment, files: forbidden).address == .unix("/var/run/docker.sock"))
    #expect { try discover(environment) } throws: { error in
      let error = error as? EngineError
      return error?.code == .unreachable && error?.remedy != nil
        && error?.message.contains("/var/run/docker.sock") == true
    }
  }

  @Test("the version that is spoken is the newest that both know")
  func negotiation() throws {
    let endpoint = EngineEndpoint(.unix("/s"))
    #expect(try Engine.negotiate(theirs: APIVersion(1, 41), endpoint: endpoint) == APIVersion(1, 41))
    #expect(try Engine.negotiate(theirs: APIVersion(1, 47), endpoint: endpoint) == APIVersion(1, 47))
    #expect(try Engine.negotiate(theirs: APIVersion(2, 0), endpoint: endpoint) == .newest)
    #expect { try Engine.negotiate(theirs: APIVersion(1, 40), endpoint: endpoint) } throws: { error in
      let error = error as? EngineError
      return error?.code == .tooOld && error?.exitStatus == .unavailable && error?.message.contains("1.40") == true
    }
    #expect(throws: EngineError.self) { try Engine.negotiate(theirs: nil, endpoint: endpoint) }
    #expect(APIVersion("1.41") == APIVersion(1, 41))
    for text in ["", "1", "1.", "1.2.3", "a.b", "1.-2"] { #expect(APIVersion(text) == nil) }
    #expect(APIVersion(1, 9) < APIVersion(1, 10))
  }
}
