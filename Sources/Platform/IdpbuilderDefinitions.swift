public import Documents

/// The custom resource definitions of idpbuilder's own records.
public enum IdpbuilderDefinitions {
  /// The definitions: Localbuild, GitRepository, CustomPackage.
  ///
  /// - Throws: `DocumentError` if a manifest is wrong, which tests rule out.
  public static func objects() throws(DocumentError) -> [Value] {
    var objects: [Value] = []
    for file in EmbeddedFile.below("idpbuilder") {
      objects += try YAML.parseAll(file.bytes, source: file.path).map(\.value)
    }
    return objects
  }
}
