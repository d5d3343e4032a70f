public import Diagnostics
public import Documents

/// Whether a second run may have other options than the first.
extension PlatformOptions {
  /// The options a cluster was built with that differ from these.
  ///
  /// - Parameter localbuild: The Localbuild as it is in the cluster.
  /// - Returns: The option's flag, the value in the cluster and the value asked for now; empty if all agree. A static
  ///   password can be turned on later, and staying with it needs no flag.
  public func differences(from localbuild: Value) -> [(flag: String, existing: String, asked: String)] {
    let existing = localbuild["spec"]["buildCustomization"]
    let pairs = [
      ("--host", existing["host"].stringValue, host),
      ("--ingress-host-name", existing["ingressHost"].stringValue, ingressHost),
      ("--protocol", existing["protocol"].stringValue, scheme.rawValue),
      ("--port", existing["port"].stringValue, String(port)),
      ("--use-path-routing", String(existing["usePathRouting"].boolValue ?? false), String(usePathRouting)),
    ]
    return pairs.compactMap { flag, old, new in
      guard let old, !old.isEmpty, old != new else { return nil }
      return (flag, old, new)
    }
  }

  /// Refuses options that an existing cluster cannot take.
  ///
  /// - Parameters:
  ///   - localbuild: The Localbuild as it is in the cluster, nil if there is none.
  ///   - cluster: The cluster's name.
  /// - Throws: `Failure` with the status `cannotCreate` that says which options, old and new values, and what to do.
  public func requireSame(as localbuild: Value?, cluster: String) throws(Failure) {
    guard let localbuild else { return }
    let differences = differences(from: localbuild)
    guard !differences.isEmpty else { return }
    throw Failure(
      "cluster \(cluster) was built with other options",
      cause: differences.map { "\($0.flag) is \($0.existing) there, \($0.asked) was asked for" }.joined(
        separator: "\n"),
      remedy: "repeat the command with the options it was built with, or replace the cluster: idpbuilder create "
        + "--name \(cluster) --recreate",
      state: "nothing was changed", status: .cannotCreate)
  }
}
