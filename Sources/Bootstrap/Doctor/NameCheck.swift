import Platform

extension HealthCheck {
  /// `names`: browsers on this machine find the platform.
  static let names = HealthCheck(id: "names", title: "host names") { context in
    var options = try PlatformOptions(host: context.options.host, port: context.options.port)
    if let found = try? await context.platform() { options = found.options }
    let published = PortCheck.wanted(context.options, try? await context.cluster()).sorted().first {
      $0.port == options.port
    }
    let names = NameCheck.names(options)
    // At once: a name server that is silent takes its time for each.
    let found = try await withThrowingTaskGroup(of: (String, [String]).self) { group in
      for name in names { group.addTask { (name, try await context.system.resolve(name)) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    return NameCheck.findings(
      names, found, host: options.host, address: published?.address ?? context.options.listenAddress)
  }
}

/// What the platform's names mean on this machine.
enum NameCheck {
  static func names(_ options: PlatformOptions) -> [String] {
    options.usePathRouting ? [options.host] : ["argocd.\(options.host)", "gitea.\(options.host)"]
  }

  static func findings(
    _ names: [String], _ addresses: [String: [String]], host: String, address: String
  ) -> [CheckFinding] {
    let reached = ["0.0.0.0": "127.0.0.1", "::": "::1"][address] ?? address
    let line = "\(reached) \(names.joined(separator: " "))"
    let remedy =
      "echo '\(line)' | sudo tee -a /etc/hosts; or make the platform with a name that browsers lead to this machine "
      + "by themselves: idpbuilder create --host idp.localhost"
    let missing = names.filter { addresses[$0]?.isEmpty != false }
    var findings: [CheckFinding] = []
    if !missing.isEmpty {
      findings.append(
        CheckFinding(
          .warning, "names.unknown", "\(missing.joined(separator: ", ")): no address",
          why: "idpbuilder needs none, but browsers and git on this machine do not find the platform; there is no "
            + "Internet, or the network refuses names that lead to 127.0.0.1", remedy: remedy))
    }
    for name in names {
      guard let found = addresses[name], !found.isEmpty else { continue }
      // Where others reach the platform, its names may lead through anything.
      if !isLoopback(address) || found.contains(where: { $0 == address || isLoopback($0) }) { continue }
      findings.append(
        CheckFinding(
          .warning, "names.elsewhere", "\(name) is \(found.joined(separator: ", ")), which is not this machine",
          why: "browsers and git reach somebody else", remedy: remedy))
    }
    if findings.isEmpty {
      findings.append(CheckFinding(.ok, "names.known", "\(names.joined(separator: ", ")) lead here"))
    }
    return findings
  }

  static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }
}
