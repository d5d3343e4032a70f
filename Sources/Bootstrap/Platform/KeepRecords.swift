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
      let present = try await compare(definitions)
      try await apply(present.changed)
      try await awaitEstablished(present.unchanged + present.changed, client)
      let record = try await client.apply(
        record(certificatePEM: certificate.value().certificate.pem()), fieldManager: Names.fieldManager)
      try await applyDifferences([records.namespace(owner: record)])
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
  ///
  /// - Parameters:
  ///   - definitions: Objects, of which only definitions count; what they say of their own condition is believed.
  ///   - client: The cluster.
  /// - Throws: What the API server answers, `DeadlineExceeded` or `CancellationError`.
  func awaitEstablished(_ definitions: [Value], _ client: KubernetesClient) async throws {
    for definition in definitions where definition["kind"] == "CustomResourceDefinition" {
      client.learn(customResourceDefinition: definition)
      if try Condition.established.evaluate(definition) == .ready { continue }
      let name = definition["metadata"]["name"].stringValue ?? ""
      try await client.waitFor(
        ObjectReference(.customResourceDefinitions, name), until: .established, deadline: .after(.seconds(60)))
    }
  }
}

extension KubernetesClient {
  /// Applies a record or its status, unless that would change nothing but the time of the run that is noted in it.
  ///
  /// - Parameters:
  ///   - wanted: The record.
  ///   - live: The record as it is in the cluster; nil if there is none.
  ///   - subresource: `status`, or nil for the record itself.
  /// - Returns: The record as it is in the cluster now.
  /// - Throws: What the API server answers, or `CancellationError`.
  @discardableResult
  func applyRecord(_ wanted: Value, over live: Value?, subresource: String? = nil) async throws -> Value {
    var same = wanted
    for name in [Names.Annotation.startTime, Names.Annotation.lastObservedStartTime]
    where !wanted["metadata"]["annotations"][name].isNull {
      same["metadata"]["annotations"][name] = live?["metadata"]["annotations"][name] ?? .null
    }
    if let live,
      AppliedFields.match(same, live, fieldManager: Names.fieldManager, subresource: subresource ?? "")
    {
      return live
    }
    return try await apply(
      wanted, over: nil, fieldManager: Names.fieldManager, subresource: subresource, deadline: .after(.seconds(60)))
  }
}
