/// What a node's container runtime needs to pull from the platform's own registry.
///
/// Sources: `docs/hosts.md` in containerd/containerd (the directory of registries), `pkg/kind/resources/hosts.toml.tmpl`
/// in cnoe-io/idpbuilder (the same directory and names; there nothing is verified).
public struct RegistryTrust: Sendable, Hashable {
  /// Where containerd looks for registries it is told about.
  public static let directory = "/etc/containerd/certs.d"

  /// The registry as it stands in image names: `gitea.cnoe.localtest.me:8443`.
  public let registry: String
  /// Its DNS name.
  public let name: String
  /// How it is reached.
  public let scheme: PlatformOptions.Scheme
  /// The address at which nodes reach the ingress, on the same port as people do.
  public let address: String

  /// Describes the registry of a platform.
  ///
  /// - Parameters:
  ///   - options: The user's choices.
  ///   - address: The cluster address of the ingress service.
  public init(_ options: PlatformOptions, address: String) {
    registry = options.registry
    name = options.giteaDomain
    scheme = options.scheme
    self.address = address
  }

  /// The file that says how the registry is reached. containerd reads it anew for every pull.
  public var hosts: (path: String, text: String) {
    let url = "\(scheme.rawValue)://\(registry)"
    var text = """
      server = "\(url)"

      [host."\(url)"]
        capabilities = ["pull", "resolve"]

      """
    if scheme == .https { text += "  ca = \"\(certificatePath)\"\n" }
    return ("\(Self.directory)/\(registry)/hosts.toml", text)
  }

  /// Where the certificate is put that the registry is verified against.
  public var certificatePath: String { "\(Self.directory)/\(registry)/ca.crt" }

  /// A shell command that lets the node's own programs find the registry; it may be run any number of times.
  ///
  /// The file is a mount in nodes, so it is written over, not replaced.
  public var resolveCommand: String {
    let mark = "# idpbuilder registry"
    return "hosts=$(grep -v '\(mark)$' /etc/hosts); "
      + "printf '%s\\n' \"$hosts\" '\(address) \(name) \(mark)' > /etc/hosts"
  }

  /// The file by which ``resolveCommand`` is run again when the node is started anew: the engine then makes a new
  /// `/etc/hosts`. Percent signs are doubled, since systemd reads them (`systemd.unit(5)`, "Specifiers"), and dollar
  /// signs as well (`systemd.service(5)`, "Command lines").
  public var bootUnit: (path: String, text: String) {
    let command = resolveCommand.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
      .split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
      .split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    let text = "[Service]\nExecStartPre=-/bin/sh -c \"\(command)\"\n"
    return ("/etc/systemd/system/containerd.service.d/idpbuilder-registry.conf", text)
  }
}
