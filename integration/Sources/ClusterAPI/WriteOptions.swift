/// Options that come with a write.
public struct WriteOptions: Sendable {
  /// Who writes.
  public var fieldManager = "unknown"
  /// Whether to answer without changing anything.
  public var dryRun = false
  /// `Strict`, `Warn` or `Ignore`.
  public var fieldValidation = "Warn"
  /// Server-side apply: take fields from other managers.
  public var force = false

  /// The server's own controllers.
  public static let controller = WriteOptions(fieldManager: "kube-controller-manager")

  /// Options of a client.
  public init(
    fieldManager: String = "unknown", dryRun: Bool = false, fieldValidation: String = "Warn", force: Bool = false
  ) {
    self.fieldManager = fieldManager
    self.dryRun = dryRun
    self.fieldValidation = fieldValidation
    self.force = force
  }
}

/// How a patch is meant.
public enum PatchKind: Sendable {
  case json, merge, strategic, apply
}
