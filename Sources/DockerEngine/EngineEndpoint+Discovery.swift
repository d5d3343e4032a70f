import Diagnostics
import Documents
import HTTP

extension EngineEndpoint {
  /// Finds the engine as the docker program does, and beyond it at the usual places.
  ///
  /// In this order: the flag, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of docker's configuration, the
  /// first usable of the usual sockets. The order of the first four is that of docker/cli, `cli/command/cli.go`,
  /// `resolveContextName`.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - flag: The value of `--docker-host`, nil when it was not given.
  ///   - files: The file system.
  /// - Returns: The endpoint; nothing was sent to it yet.
  /// - Throws: ``EngineError``: an address or context that is wrong, or no engine at all.
  public static func discover(
    environment: [String: String], flag: String?, files: FileAccess = .system
  ) throws -> EngineEndpoint {
    if let flag { return try endpoint(flag, origin: "--docker-host", environment: environment, files: files) }
    if let host = environment["DOCKER_HOST"], !host.isEmpty {
      return try endpoint(host, origin: "DOCKER_HOST", environment: environment, files: files)
    }
    if let context = environment["DOCKER_CONTEXT"], !context.isEmpty {
      if context != "default" {
        return try DockerContext.endpoint(
          context, namedBy: "DOCKER_CONTEXT", environment: environment, files: files)
      }
    } else if let context = try DockerConfiguration(environment: environment, files: files)
      .value["currentContext"].stringValue, !context.isEmpty, context != "default"
    {
      return try DockerContext.endpoint(
        context, namedBy: "docker's config.json", environment: environment, files: files)
    }
    return try usualEndpoint(environment: environment, files: files)
  }

  /// The usual sockets, the most usual first, with what serves them.
  static func usualSockets(_ environment: [String: String]) -> [(path: String, owner: String)] {
    var sockets = [(path: "/var/run/docker.sock", owner: "the system's engine")]
    let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 }
    if let runtime { sockets.append(("\(runtime)/docker.sock", "the user's rootless engine")) }
    if let home = environment["HOME"], !home.isEmpty {
      sockets += [
        ("\(home)/.docker/run/docker.sock", "Docker Desktop"),
        ("\(home)/.docker/desktop/docker.sock", "Docker Desktop"),
        ("\(home)/.colima/default/docker.sock", "Colima"),
        ("\(home)/.orbstack/run/docker.sock", "OrbStack"),
        ("\(home)/.rd/docker.sock", "Rancher Desktop"),
      ]
    }
    if let runtime { sockets.append(("\(runtime)/podman/podman.sock", "the user's Podman")) }
    sockets.append(("/run/podman/podman.sock", "the system's Podman"))
    return sockets
  }

  private static func usualEndpoint(environment: [String: String], files: FileAccess) throws -> EngineEndpoint {
    let sockets = usualSockets(environment).map { socket in
      (socket.path, socket.owner, state: files.socketState(socket.path))
    }
    // A socket that may not be used is named only if there is no other; its error then says what to do.
    let found = sockets.first { $0.state == .usable } ?? sockets.first { $0.state == .forbidden }
    guard let (path, owner, _) = found else {
      throw EngineError(
        .unreachable, operation: "find a container engine",
        "there is none at any of the usual places: \(sockets.map(\.0).joined(separator: ", "))",
        remedy: "install or start one (on Debian and Ubuntu: `sudo apt-get install docker.io`), or say where it is "
          + "with --docker-host or DOCKER_HOST")
    }
    return EngineEndpoint(.unix(path), origin: owner)
  }

  private static func endpoint(
    _ host: String, origin: String, environment: [String: String], files: FileAccess
  ) throws -> EngineEndpoint {
    // As in docker, any text switches verification on; without it TCP is plain.
    let usesTLS = environment["DOCKER_TLS_VERIFY"].map { !$0.isEmpty } ?? false
    return EngineEndpoint(
      try address(host, origin: origin) { () throws in
        guard usesTLS || host.hasPrefix("https://") else { return nil }
        let directory =
          environment["DOCKER_CERT_PATH"].flatMap { $0.isEmpty ? nil : $0 }
          ?? environment["HOME"].map { "\($0)/.docker" } ?? "."
        return try TLS(directory: directory, origin: origin, files: files)
      }, origin: origin)
  }

  /// Reads an address as docker writes it (docker/cli, `opts/hosts.go`).
  static func address(_ host: String, origin: String, tls: () throws -> TLS?) throws -> Address {
    func wrong(_ problem: String, remedy: String? = nil) -> EngineError {
      EngineError(
        .badConfiguration, operation: "use \(host) (\(origin))", problem,
        remedy: remedy ?? "name the engine as unix:///var/run/docker.sock or tcp://HOST:PORT")
    }
    if host.hasPrefix("/") { return .unix(host) }
    guard let separator = host.firstRange(of: "://") else { throw wrong("this is not an address of an engine") }
    let rest = String(host[separator.upperBound...])
    switch host[..<separator.lowerBound] {
    case "unix":
      guard rest.hasPrefix("/") else { throw wrong("the path of the socket must begin with a slash") }
      guard rest.utf8.count < 108 else { throw wrong("the path of the socket is longer than the system allows") }
      return .unix(rest)
    case "tcp", "http", "https":
      let tls = try tls()
      guard let hostPort = HostPort(authority: rest, defaultPort: tls == nil ? 2375 : 2376) else {
        throw wrong("the host or port is wrong")
      }
      return .tcp(hostPort, tls: tls)
    case "ssh":
      throw wrong(
        "engines behind ssh are not supported",
        remedy: "forward the socket (`ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST`) and use "
          + "unix:///tmp/docker.sock")
    case let scheme:
      throw wrong("the scheme \(scheme) is not supported")
    }
  }
}

extension EngineEndpoint.TLS {
  /// Reads `ca.pem`, `cert.pem` and `key.pem` from a directory, as docker lays them out.
  init(directory: String, origin: String, files: FileAccess) throws {
    func text(_ name: String) throws -> String? {
      try files.read("\(directory)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
    let identity: Client.Identity?
    switch (try text("cert.pem"), try text("key.pem")) {
    case (let certificate?, let key?):
      identity = Client.Identity(certificatePEM: certificate, keyPEM: Secret(key))
    case (nil, nil):
      identity = nil
    default:
      throw EngineError(
        .badConfiguration, operation: "use TLS for \(origin)",
        "\(directory) must have both of cert.pem and key.pem, or none of them")
    }
    self.init(trust: try text("ca.pem").map { .pem($0) } ?? .system, identity: identity)
  }
}

extension HostPort {
  /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`, with at most a slash after it.
  init?(authority: String, defaultPort: UInt16) {
    let text = authority.hasSuffix("/") ? authority.dropLast() : authority[...]
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      if rest.hasPrefix(":") { port = rest.dropFirst() } else if !rest.isEmpty { return nil }
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      if host.contains(":") { return nil }
    }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && !host.contains { "/?#@\\".contains($0) }
    guard !host.isEmpty, isPlain else { return nil }
    guard let port else {
      self.init(String(host), defaultPort)
      return
    }
    guard let number = UInt16(port), number > 0 else { return nil }
    self.init(String(host), number)
  }
}
