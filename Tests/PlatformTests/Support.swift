import Diagnostics
import Documents
import Platform
import Testing

/// A certificate's text for rendering; nobody reads it.
let somePEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

/// The options that tests vary, with a name for messages.
struct NamedOptions: Sendable, CustomTestStringConvertible {
  let name: String
  let options: PlatformOptions
  var testDescription: String { name }

  static let all: [NamedOptions] = {
    do {
      return [
        NamedOptions(name: "default", options: try PlatformOptions()),
        NamedOptions(name: "path routing", options: try PlatformOptions(usePathRouting: true)),
        NamedOptions(
          name: "http, other host and port",
          options: try PlatformOptions(host: "idp.example.org", scheme: .http, port: 8880)),
        NamedOptions(
          name: "two hosts, usual port",
          options: try PlatformOptions(
            host: "idp.example.org", ingressHost: "outside.example.net", port: 443, usePathRouting: true)),
      ]
    } catch {
      return []
    }
  }()
}

/// All objects of all packages.
func allObjects(_ options: PlatformOptions) throws -> [Value] {
  try CorePackage.allCases.flatMap { try $0.rendered(options, certificatePEM: somePEM).objects }
}

extension [Value] {
  /// The object of a kind and name.
  func object(_ kind: String, _ name: String) throws -> Value {
    try #require(
      first { $0["kind"].stringValue == kind && $0["metadata"]["name"].stringValue == name }, "\(kind) \(name)")
  }
}

extension Value {
  /// The container of a workload by name, init containers included.
  func container(_ name: String) throws -> Value {
    let pod = self["spec"]["template"]["spec"]
    return try #require(
      (pod["containers"].elements + pod["initContainers"].elements).first { $0["name"].stringValue == name }, "\(name)")
  }

  /// A value read from YAML.
  static func yaml(_ text: String) throws -> Value { try YAML.parse(text).value }
}
