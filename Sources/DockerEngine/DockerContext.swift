import Certificates
import Diagnostics
import Documents
import HTTP

/// A context of the docker program: an engine with a name, kept in docker's configuration directory
/// (docker/cli, `cli/context/store`).
enum DockerContext {
  /// The endpoint of a context.
  ///
  /// - Parameters:
  ///   - name: The context's name.
  ///   - origin: What names the context, for errors.
  ///   - environment: The variables of the process.
  ///   - files: The file system.
  /// - Returns: Its docker endpoint.
  /// - Throws: ``EngineError`` if there is no such context or it is not usable.
  static func endpoint(
    _ name: String, namedBy origin: String, environment: [String: String], files: FileAccess
  ) throws -> EngineEndpoint {
    func failure(_ problem: String, remedy: String? = nil) -> EngineError {
      EngineError(
        .badConfiguration, operation: "use the docker context \(name) (named by \(origin))", problem,
        remedy: remedy ?? "see `docker context ls`, or choose another with `docker context use`")
    }
    guard let directory = try DockerConfiguration(environment: environment, files: files).directory else {
      throw failure("neither DOCKER_CONFIG nor HOME says where contexts are")
    }
    let key = try Digest.sha256(of: name).hex
    let path = "\(directory)/contexts/meta/\(key)/meta.json"
    guard let bytes = try files.read(path) else { throw failure("there is no such context") }
    let docker: Value
    do {
      docker = try JSON.parse(bytes, source: path)["Endpoints"]["docker"]
    } catch {
      throw failure("\(error)")
    }
    guard let host = docker["Host"].stringValue, !host.isEmpty else { throw failure("it has no docker endpoint") }
    if docker["SkipTLSVerify"].boolValue == true {
      throw failure(
        "it asks not to verify the engine's certificate, which idpbuilder does not do",
        remedy: "give the context the authority of the engine's certificate (`docker context update --docker ca=…`)")
    }
    let tlsDirectory = "\(directory)/contexts/tls/\(key)/docker"
    let address = try EngineEndpoint.address(host, origin: "docker context \(name)") { () throws in
      let hasTLS = try ["ca.pem", "cert.pem"].contains { try files.read("\(tlsDirectory)/\($0)") != nil }
      guard hasTLS || host.hasPrefix("https://") else { return nil }
      return try EngineEndpoint.TLS(directory: tlsDirectory, origin: "docker context \(name)", files: files)
    }
    return EngineEndpoint(address, origin: "docker context \(name)")
  }
}
