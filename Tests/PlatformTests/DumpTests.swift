import Certificates
import Documents
import FoundationEssentials
import Platform
import Testing

/// Not a test of anything: writes what would be applied, for a look at it or for `kubectl apply -f`.
///
///     PLATFORM_DUMP=/tmp/platform swift test --filter DumpTests
@Suite struct DumpTests {
  static let folder = ProcessInfo.processInfo.environment["PLATFORM_DUMP"]

  @Test("writes the rendered platform", .enabled(if: DumpTests.folder != nil))
  func dump() throws {
    let folder = try #require(Self.folder)
    for named in NamedOptions.all {
      let options = named.options
      let place = "\(folder)/\(named.name.replacing(" ", with: "-").replacing(",", with: ""))"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let certificate = try PlatformCertificate.make(options)
      let pem = try certificate.certificate.pem()
      var objects: [Value] = []
      for package in CorePackage.allCases {
        let rendered = try package.rendered(options, certificatePEM: pem)
        objects += rendered.objects
        let repository = "\(place)/repository-\(package.rawValue)"
        try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: true)
        for file in rendered.files {
          try file.text.write(toFile: "\(repository)/\(file.name)", atomically: true, encoding: .utf8)
        }
      }
      objects += try PlatformCertificate.secrets(certificate)
      objects.append(Credentials.giteaSecret(password: Credentials.makePassword(options), token: nil))
      if let webhook = IngressChoice.installed.webhook {
        let identity = try webhook.makeCertificate()
        objects.append(try webhook.secret(identity))
        for index in objects.indices { try webhook.trust(identity, in: &objects[index]) }
      }
      objects += try IdpbuilderDefinitions.objects()
      for (phase, objects) in ApplyPhase.grouped(objects) {
        let text = YAML.serialize(documents: objects)
        try text.write(toFile: "\(place)/\(phase.rawValue)-\(phase).yaml", atomically: true, encoding: .utf8)
      }
      let records = BuildRecords(cluster: "localdev", options: options, startTime: "2026-01-01T00:00:00Z")
      var late = [try CoreDNS.rules(options), try CoreDNS.emptyUserRules(options), CoreDNS.deploymentMount]
      late += [records.localbuild(certificatePEM: pem), records.namespace()]
      late += CorePackage.allCases.flatMap { package in
        let name = Names.repository(cluster: "localdev", package: package.rawValue)
        return [
          records.gitRepository(package),
          ArgoCDApplication.core(package, repositoryURL: options.repositoryURL(name)),
        ]
      }
      try YAML.serialize(documents: late)
        .write(toFile: "\(place)/late.yaml", atomically: true, encoding: .utf8)
    }
  }
}
