import Documents
import Testing

@testable import Platform

@Suite struct AdoptionTests {
  @Test("applied objects carry what Argo CD would have noted on them; the repository's files do not")
  func annotations() throws {
    for package in CorePackage.allCases {
      let rendered = try package.rendered(try PlatformOptions(), certificatePEM: "")
      for (plain, object) in zip(rendered.objects, rendered.adoptedObjects) {
        #expect(plain["metadata"]["annotations"][Names.Annotation.trackingID].isNull)
        guard object["kind"] != "CustomResourceDefinition" else {
          #expect(object == plain)
          continue
        }
        let identity = ObjectIdentity(object)
        let namespace = identity.namespace.isEmpty ? package.namespace : identity.namespace
        #expect(
          object["metadata"]["annotations"][Names.Annotation.trackingID].stringValue
            == "\(package.rawValue):\(identity.group)/\(identity.kind):\(namespace)/\(identity.name)")
        let noted = try JSON.parse(
          try #require(object["metadata"]["annotations"][Names.Annotation.lastApplied].stringValue))
        var expected = object
        expected["metadata"]["annotations"][Names.Annotation.lastApplied] = .null
        #expect(JSON.serialize(noted, sortedKeys: true) == JSON.serialize(expected.withoutNulls, sortedKeys: true))
      }
    }
  }

  @Test("what Argo CD v3 writes for objects with and without namespace")
  func format() throws {
    let objects = try CorePackage.argocd.rendered(try PlatformOptions(), certificatePEM: "").adoptedObjects
    let identities = objects.compactMap { $0["metadata"]["annotations"][Names.Annotation.trackingID].stringValue }
    #expect(identities.contains("argocd:/ConfigMap:argocd/argocd-cm"))
    #expect(identities.contains("argocd:rbac.authorization.k8s.io/ClusterRole:argocd/argocd-server"))
  }
}

extension Value {
  /// Without members that are null, as an object looks to which nothing was assigned.
  fileprivate var withoutNulls: Value {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
  }
}
