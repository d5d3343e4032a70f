import Certificates
import Documents
import Synchronization
import TestSupport

/// A registry with one image, for engines that are really asked to pull (OCI distribution specification, pull category).
final class TinyRegistry: Sendable {
  let server: ScriptedServer
  /// `127.0.0.1:PORT/test/image:1`; engines speak plain HTTP with registries on loopback addresses.
  let reference: String

  /// Serves one layer to those who say `user` and `password` by basic authentication.
  init(layer: [UInt8], user: String, password: String) throws {
    let layerDigest = "sha256:\(try Digest.sha256(of: layer).hex)"
    let architecture: Value
    #if arch(arm64)
      architecture = "arm64"
    #else
      architecture = "amd64"
    #endif
    let configuration = JSON.serialize([
      "architecture": architecture, "os": "linux", "config": ["Env": ["PULLED=yes"]],
      "rootfs": ["type": "layers", "diff_ids": [Value(layerDigest)]],
    ])
    let configurationDigest = "sha256:\(try Digest.sha256(of: configuration).hex)"
    let manifestType = "application/vnd.docker.distribution.manifest.v2+json"
    let manifest = JSON.serialize([
      "schemaVersion": 2, "mediaType": Value(manifestType),
      "config": [
        "mediaType": "application/vnd.docker.container.image.v1+json", "size": Value(configuration.count),
        "digest": Value(configurationDigest),
      ],
      "layers": [
        [
          "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": Value(layer.count),
          "digest": Value(layerDigest),
        ]
      ],
    ])
    let manifestDigest = "sha256:\(try Digest.sha256(of: manifest).hex)"
    let authorization = "Basic \(Base64.encode("\(user):\(password)"))"
    server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let path = head.split(separator: " ")[1]
        let isQuestion = head.hasPrefix("HEAD")
        func answer(_ bytes: [UInt8], _ type: String, _ digest: String) {
          connection.send(
            "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\nContent-Type: \(type)\r\n"
              + "Docker-Content-Digest: \(digest)\r\n\r\n")
          if !isQuestion { connection.send(bytes) }
        }
        if !head.contains(authorization) {
          connection.respond(
            "401 Unauthorized", headers: "WWW-Authenticate: Basic realm=\"test\"\r\n",
            body: isQuestion ? "" : "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}"
          )
        } else if path == "/v2/" {
          answer(Array("{}".utf8), "application/json", "")
        } else if path.hasPrefix("/v2/test/image/manifests/") {
          answer(manifest, manifestType, manifestDigest)
        } else if path.hasSuffix(configurationDigest) {
          answer(configuration, "application/octet-stream", configurationDigest)
        } else if path.hasSuffix(layerDigest) {
          answer(layer, "application/octet-stream", layerDigest)
        } else {
          connection.respond("404 Not Found")
        }
      }
    }
    reference = "127.0.0.1:\(server.port)/test/image:1"
  }
}
