public import Diagnostics
import Documents

/// Whom a registry believes, in the form in which the engine wants it (API, schema `AuthConfig`).
public struct RegistryCredentials: Sendable, Hashable {
  /// How the user proves who they are.
  public enum Proof: Sendable, Hashable {
    /// A name and a password.
    case password(user: String, Secret)
    /// A token for the registry's token service.
    case identityToken(Secret)
    /// A token for the registry itself.
    case registryToken(Secret)
  }

  /// The registry, as docker names it.
  public let serverAddress: String
  /// How the user proves who they are.
  public let proof: Proof

  /// Credentials; see the properties.
  public init(serverAddress: String, proof: Proof) {
    self.serverAddress = serverAddress
    self.proof = proof
  }

  /// The `X-Registry-Auth` field: the JSON object in base64url (RFC 4648, section 5), padded as Go's `URLEncoding`.
  var headerValue: String {
    var object: Value = [:]
    switch proof {
    case .password(let user, let password):
      object["username"] = Value(user)
      object["password"] = Value(password.revealed)
    case .identityToken(let token): object["identitytoken"] = Value(token.revealed)
    case .registryToken(let token): object["registrytoken"] = Value(token.revealed)
    }
    object["serveraddress"] = Value(serverAddress)
    let standard = Base64.encode(JSON.serialize(object))
    return String(standard.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }

  /// The key under which docker keeps what belongs to a registry: Docker Hub has a historic one
  /// (docker/cli, `cli/config/credentials`; moby, `registry.IndexServer`).
  static func key(forRegistry registry: String) -> String {
    registry == "docker.io" ? "https://index.docker.io/v1/" : registry
  }

  /// Finds credentials as the docker program does.
  ///
  /// In this order: the registry's helper in `credHelpers`, the helper for all in `credsStore`, and the texts in
  /// `auths` of docker's `config.json`. Helpers are programs named `docker-credential-NAME`.
  ///
  /// - Parameters:
  ///   - reference: The image that is to be pulled.
  ///   - environment: The variables of the process.
  ///   - files: The file system.
  ///   - helper: Runs a credential helper; see ``CredentialHelper``.
  /// - Returns: The credentials, nil when there are none for the registry.
  /// - Throws: ``EngineError``: the configuration is wrong, or a helper failed.
  public static func find(
    for reference: ImageReference, environment: [String: String], files: FileAccess = .system,
    helper: CredentialHelper = .system
  ) async throws -> RegistryCredentials? {
    let configuration = try DockerConfiguration(environment: environment, files: files).value
    let key = key(forRegistry: reference.registry)
    let name =
      configuration["credHelpers"][reference.registry].stringValue
      ?? configuration["credHelpers"][key].stringValue ?? configuration["credsStore"].stringValue
    if let name, !name.isEmpty {
      return try await credentials(from: name, key: key, environment: environment, helper: helper)
    }
    let auths = configuration["auths"].members
    let entry = auths.first { hostName($0.key) == hostName(key) }
    return try entry.flatMap { try credentials(in: $0.value, key: $0.key) }
  }

  /// `https://index.docker.io/v1/` → `index.docker.io`: entries may be written as hosts or URLs.
  private static func hostName(_ key: String) -> String {
    let start = key.firstRange(of: "://").map { key[$0.upperBound...] } ?? key[...]
    return String(start.prefix { $0 != "/" })
  }

  /// An entry of `auths`: `auth` is base64 of `user:password`.
  private static func credentials(in entry: Value, key: String) throws -> RegistryCredentials? {
    if let token = entry["identitytoken"].stringValue, !token.isEmpty {
      return RegistryCredentials(serverAddress: key, proof: .identityToken(Secret(token)))
    }
    if let token = entry["registrytoken"].stringValue, !token.isEmpty {
      return RegistryCredentials(serverAddress: key, proof: .registryToken(Secret(token)))
    }
    if let user = entry["username"].stringValue, !user.isEmpty, let password = entry["password"].stringValue {
      return RegistryCredentials(serverAddress: key, proof: .password(user: user, Secret(password)))
    }
    guard let encoded = entry["auth"].stringValue, !encoded.isEmpty else { return nil }
    guard let text = Base64.decodeText(encoded), let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
      throw EngineError(
        .credentials, operation: "read the credentials for \(key)", "the entry in docker's config.json is malformed",
        remedy: "log in again: `docker login \(hostName(key))`")
    }
    let password = text[text.index(after: colon)...].trimmingSuffix { $0 == "\0" }
    return RegistryCredentials(
      serverAddress: key, proof: .password(user: String(text[..<colon]), Secret(String(password))))
  }

  private static func credentials(
    from name: String, key: String, environment: [String: String], helper: CredentialHelper
  ) async throws -> RegistryCredentials? {
    let operation = "get the credentials for \(key) from docker-credential-\(name)"
    func failure(_ message: String) -> EngineError {
      EngineError(
        .credentials, operation: operation, message,
        remedy: "try `echo \(key) | docker-credential-\(name) get`, or take the helper out of docker's config.json")
    }
    // A name from a file must not lead out of the directories of PATH.
    guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }) else {
      throw failure("this is not the name of a helper")
    }
    let result: CredentialHelper.Result
    do {
      result = try await helper.run("docker-credential-\(name)", ["get"], Array("\(key)\n".utf8), environment)
    } catch let problem as CredentialHelper.Problem {
      throw failure(problem.description)
    }
    let text = String(decoding: result.output, as: UTF8.self)
    if result.exitCode != 0 {
      // docker-credential-helpers, `credentials/error.go`: this text means that there is no entry.
      if text.contains("credentials not found") { return nil }
      let line = text.split(whereSeparator: \.isNewline).first ?? "it failed without a message"
      throw failure("\(line) (exit code \(result.exitCode))")
    }
    guard let answer = try? JSON.parse(result.output), let secret = answer["Secret"].stringValue else {
      throw failure("its answer cannot be understood")
    }
    let user = answer["Username"].stringValue ?? ""
    // docker/cli, `cli/config/credentials/native_store.go`: this user name marks an identity token.
    let proof: Proof = user == "<token>" ? .identityToken(Secret(secret)) : .password(user: user, Secret(secret))
    return RegistryCredentials(serverAddress: key, proof: proof)
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, predicate(last) { rest.removeLast() }
    return rest
  }
}
