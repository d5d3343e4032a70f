public import Documents

/// References from an Application or ApplicationSet to directories of its package: texts that start with `cnoe://`.
///
/// They count where idpbuilder takes them (`pkg/controllers/custompackage/controller.go` in cnoe-io/idpbuilder):
/// `repoURL` of a source, any text in a source's `helm.valuesObject`, and `repoURL` of a Git generator; sources being
/// those of an Application and of an ApplicationSet's templates. Beyond idpbuilder, Git generators count at any depth
/// of matrix and merge generators, and so do the templates that generators may have of their own.
public enum DirectoryReferences {
  /// What references start with.
  public static let scheme = "cnoe://"

  /// A reference and its place.
  public struct Reference: Sendable, Hashable {
    /// What stands after `cnoe://`.
    public let path: String
    /// Where in the document.
    public let pointer: Pointer
  }

  /// The references of a document, in the order they are met; none for a document of any other kind.
  ///
  /// - Parameter document: An Application or ApplicationSet; nothing is expected of its shape.
  /// - Returns: All of them, repetitions included.
  public static func all(in document: Value) -> [Reference] {
    var found: [Reference] = []
    _ = visit(document) { path, pointer in
      found.append(Reference(path: path, pointer: Pointer(pointer)))
      return nil
    }
    return found
  }

  /// The document with references replaced.
  ///
  /// - Parameters:
  ///   - document: An Application or ApplicationSet.
  ///   - url: Gives the address of the repository for what stands after `cnoe://`; nil leaves the reference as it is.
  /// - Returns: The changed document.
  public static func replaced(in document: Value, by url: (_ path: String) -> String?) -> Value {
    // Asked for beforehand: verifying that a closure does not escape would put the length of this file's path into
    // the program, and builds in different directories would differ.
    var addresses: [String: String] = [:]
    for reference in all(in: document) { addresses[reference.path] = url(reference.path) }
    return visit(document) { [addresses] path, _ in addresses[path] }
  }

  /// Places where a text starts with `cnoe://`, but which idpbuilder leaves alone.
  ///
  /// - Parameter document: An Application or ApplicationSet.
  /// - Returns: The places.
  static func ignored(in document: Value) -> [Pointer] {
    var found: [Pointer] = []
    var visitor = ReferenceVisitor { _, pointer in
      found.append(Pointer(pointer))
      return nil
    }
    // What counts is replaced by something that cannot be met again.
    var rest = replaced(in: document) { _ in "" }
    visitor.anyText(&rest)
    return found
  }

  private static func visit(
    _ document: Value, _ replacement: @escaping (_ path: String, _ pointer: [String]) -> String?
  ) -> Value {
    var document = document
    var visitor = ReferenceVisitor(replacement)
    visitor.document(&document)
    return document
  }
}
