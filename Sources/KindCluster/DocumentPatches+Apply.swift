public import Documents

extension DocumentPatches {
  /// Applies all patches: merge patches first, then RFC 6902 patches, as kind does.
  ///
  /// Source: kind `pkg/internal/patch`: a merge patch is for the documents of its `kind`, and of its `apiVersion`
  /// where it names one; a patch that fits no document does nothing. Arguments and names of certificates are added to
  /// what there is, as kind does.
  ///
  /// - Parameter documents: Kubernetes-style objects.
  /// - Returns: The same documents, patched.
  /// - Throws: A patch error when an RFC 6902 operation fails.
  public func apply(to documents: [Value]) throws -> [Value] {
    try documents.map { document in
      var patched = document
      let (group, version) = Self.groupVersion(document)
      // v1beta4 has arguments as a list with names, v1beta3 as a map.
      let listsArguments = group == "kubeadm.k8s.io" && version != "v1beta3"
      for patch in merge where patch["kind"] == document["kind"] {
        if patch["apiVersion"] != .null, patch["apiVersion"] != document["apiVersion"] { continue }
        patched.applyKubeadmPatch(patch, listsArguments: listsArguments)
      }
      for patch in json where .string(patch.kind) == document["kind"] {
        if !patch.group.isEmpty, patch.group != group { continue }
        if !patch.version.isEmpty, patch.version != version { continue }
        patched = try patched.applyingJSONPatch(patch.operations)
      }
      return patched
    }
  }

  private static func groupVersion(_ document: Value) -> (group: String, version: String) {
    let parts = (document["apiVersion"].stringValue ?? "").split(separator: "/")
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("", String(parts.first ?? ""))
  }
}
