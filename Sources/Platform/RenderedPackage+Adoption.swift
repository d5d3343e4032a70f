public import Documents

extension RenderedPackage {
  /// The objects as Argo CD would have left them, so that it has nothing to do when it takes them over.
  ///
  /// Two annotations that the package's repository does not have: whose object this is, and its content, by which
  /// kubectl and Argo CD see later which fields somebody has removed in Git. Without them Argo CD begins with applying
  /// everything once more, which takes it seconds.
  ///
  /// Sources: argoproj/argo-cd `util/argo/resource_tracking.go` (`BuildAppInstanceValue`); kubectl's
  /// `pkg/util/apply.go` (`GetModifiedConfiguration`).
  public var adoptedObjects: [Value] { objects.map(adopted) }

  private func adopted(_ object: Value) -> Value {
    let identity = ObjectIdentity(object)
    // Argo CD leaves definitions without the annotation: several Applications may bring the same.
    if identity.kind == "CustomResourceDefinition" { return object }
    // An object without a namespace counts as one of the Application's.
    let namespace = identity.namespace.isEmpty ? package.namespace : identity.namespace
    var object = object
    object["metadata"]["annotations"][Names.Annotation.trackingID] = .string(
      "\(package.rawValue):\(identity.group)/\(identity.kind):\(namespace)/\(identity.name)")
    let text = String(decoding: JSON.serialize(object, sortedKeys: true), as: UTF8.self)
    object["metadata"]["annotations"][Names.Annotation.lastApplied] = .string(text + "\n")
    return object
  }
}
