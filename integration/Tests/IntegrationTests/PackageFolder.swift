import Documents
import Glibc
import Harness

/// A folder that packages are written into.
struct PackageFolder {
  let path: String

  /// Writes a file of the folder.
  func file(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let parts = name.split(separator: "/")
    TextFile.makeFolder("\(path)/\(parts.dropLast().joined(separator: "/"))")
    try TextFile.write("\(path)/\(name)", text, mode: mode)
  }

  func link(_ name: String, to target: String) { symlink(target, "\(path)/\(name)") }

  /// A ConfigMap that tells where it came from.
  func configMap(_ file: String, _ name: String, from: String) throws {
    try self.file(
      file, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\ndata:\n  from: \"\(from)\"\n")
  }

  /// An Application with sources, or one source, in YAML's flow style.
  func application(_ file: String, _ name: String, _ sources: String...) throws {
    let source = sources.count == 1 ? "source: \(sources[0])" : "sources: [\(sources.joined(separator: ", "))]"
    try self.file(
      file,
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: \(name)}\n"
        + "spec:\n  project: default\n  \(source)\n" + Self.rest(indent: "  "))
  }

  /// An ApplicationSet with one generator in YAML's flow style.
  func applicationSet(
    _ file: String, _ name: String, generator: String, application: String, source: String,
    namespace: String = "default",
    go: Bool = false
  ) throws {
    try self.file(
      file,
      "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: \(name)}\n"
        + "spec:\n  goTemplate: \(go)\n  generators: [\(generator)]\n  template:\n"
        + "    metadata: {name: '\(application)'}\n    spec:\n      project: default\n      source: \(source)\n"
        + Self.rest(indent: "      ", namespace: namespace))
  }

  private static func rest(indent: String, namespace: String = "default") -> String {
    "\(indent)destination: {server: 'https://kubernetes.default.svc', namespace: '\(namespace)'}\n"
      + "\(indent)syncPolicy: {automated: {selfHeal: true}, syncOptions: [CreateNamespace=true]}\n"
  }
}
