import Certificates
import Diagnostics
import Documents
import Kubernetes
import Packages
import Platform

extension PlatformRun {
  /// `records`: the kinds in which idpbuilder's clients read what was built, and the record of this build.
  func keepRecords() -> Step {
    Step(.records, title: "records", after: [.certificate]) { [self] context in
      let client = try await kubernetes.value()
      let definitions = try IdpbuilderDefinitions.objects()
      try await apply(definitions)
      try await awaitEstablished(definitions, client)
      let record = try await client.apply(
        record(certificatePEM: certificate.value().certificate.pem()), fieldManager: Names.fieldManager)
      try await client.apply(records.namespace(owner: record), fieldManager: Names.fieldManager)
      localbuild.fulfil(record)
      return "localbuild/\(clusterName)"
    }
  }

  /// The record of this build, as it is applied.
  func record(certificatePEM: String) -> Value {
    records.localbuild(
      certificatePEM: certificatePEM, customizations: customizations.mapValues(\.path),
      packages: GivenPackages(customPackages?.sources ?? []))
  }

  /// Waits until objects of new kinds can be made.
  func awaitEstablished(_ definitions: [Value], _ client: KubernetesClient) async throws {
    for definition in definitions where definition["kind"] == "CustomResourceDefinition" {
      client.learn(customResourceDefinition: definition)
      let name = definition["metadata"]["name"].stringValue ?? ""
      try await client.waitFor(
        ObjectReference(.customResourceDefinitions, name), until: .established, deadline: .after(.seconds(60)))
    }
  }
}
