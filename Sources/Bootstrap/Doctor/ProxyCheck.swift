import Platform

extension HealthCheck {
  /// `proxy`: programs that use one leave the platform out.
  static let proxy = HealthCheck(id: "proxy", title: "proxy") { context in
    let platform = try? await context.platform()
    return ProxyCheck.findings(context.environment, host: platform?.options.host ?? context.options.host)
  }
}

/// The proxy variables.
enum ProxyCheck {
  static func findings(_ environment: [String: String], host: String) -> [CheckFinding] {
    func value(_ name: String) -> String? {
      [environment[name], environment[name.lowercased()]].compactMap(\.self).first { !$0.isEmpty }
    }
    let used = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].filter { value($0) != nil }
    guard !used.isEmpty else { return [CheckFinding(.ok, "proxy.none", "none is set")] }
    let list = (value("NO_PROXY") ?? "").split(separator: ",").map {
      String($0.drop { $0 == " " }).lowercased()
    }
    // API servers of clusters are at 127.0.0.1, and so is the platform, by its names.
    let needed = ["127.0.0.1", "localhost", host]
    let missing = needed.filter { !isCovered($0, by: list) }
    guard !missing.isEmpty else {
      return [
        CheckFinding(.ok, "proxy.exceptions", "\(used.joined(separator: ", ")), with exceptions for the platform")
      ]
    }
    let wanted = missing.map { $0 == host ? ".\(host)" : $0 } + (missing.contains(host) ? [host] : [])
    return [
      CheckFinding(
        .warning, "proxy.exceptions-missing",
        "\(used.joined(separator: ", ")) is set, but NO_PROXY leaves out \(missing.joined(separator: ", "))",
        why: "kubectl, git and browsers ask the proxy for addresses that only this machine knows",
        remedy: "export NO_PROXY=\((list + wanted).joined(separator: ","))")
    ]
  }

  /// Whether an entry of the list stands for a host: as itself, as a suffix, or for everything.
  private static func isCovered(_ host: String, by list: [String]) -> Bool {
    list.contains { entry in
      if entry == "*" || entry == host { return true }
      if host.first?.isNumber == true {
        return entry.hasPrefix("127.") && entry.contains("/") && host.hasPrefix("127.")
      }
      var suffix = entry[...]
      if suffix.hasPrefix("*") { suffix = suffix.dropFirst() }
      if suffix.hasPrefix(".") { return host.hasSuffix(suffix) || ".\(host)" == suffix }
      return !suffix.isEmpty && host.hasSuffix(".\(suffix)")
    }
  }
}
