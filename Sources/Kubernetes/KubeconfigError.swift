public import Diagnostics

/// Why a kubeconfig cannot be used or changed.
public struct KubeconfigError: ExplainedError, Hashable {
  /// What is the matter, naming the file or the entry.
  public let description: String
  /// What the user can do.
  public let remedy: String?
  /// The exit code that fits.
  public let exitStatus: ExitStatus

  init(_ description: String, remedy: String? = nil, exitStatus: ExitStatus = .badInput) {
    self.description = description
    self.remedy = remedy
    self.exitStatus = exitStatus
  }
}
