/// The kubeconfig files that a command uses, as `kubectl` and `kind` choose them.
///
/// One path given on the command line is the only one; else `KUBECONFIG` lists them, separated by colons; else it is
/// `~/.kube/config`. For each entry the first file that has it counts (client-go, tools/clientcmd/loader.go). `kind`
/// writes new entries to the first file that exists, else to the last of the list, and removes entries from all files
/// (kind, pkg/cluster/internal/kubeconfig/internal/kubeconfig/paths.go); so does this project.
public struct KubeconfigPaths: Sendable, Hashable {
  /// The paths in the order of their precedence, without repetitions; never empty.
  public let all: [String]

  /// Chooses the files.
  ///
  /// - Parameters:
  ///   - explicit: The path given on the command line, if any.
  ///   - environment: The environment: `KUBECONFIG`, `HOME`.
  public init(explicit: String?, environment: [String: String]) {
    if let explicit, !explicit.isEmpty {
      all = [explicit]
      return
    }
    var paths: [String] = []
    for path in (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init) where !paths.contains(path) {
      paths.append(path)
    }
    all = paths.isEmpty ? ["\(environment["HOME"] ?? "")/.kube/config"] : paths
  }

  /// The file that new entries are written to.
  public var writeTarget: String {
    guard all.count > 1 else { return all.first ?? "" }
    return all.first(where: FileAccess.exists) ?? all.last ?? ""
  }
}
