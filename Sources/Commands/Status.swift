import ArgumentParser
import Bootstrap
import Diagnostics
import Documents
import FoundationEssentials
import Packages
import Terminal

/// `idpbuilder status`.
struct Status: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a cluster and its platform are: nodes, components, packages, addresses.",
    usage: "idpbuilder status [<options>]",
    discussion: """
      The exit code is 0 if everything is healthy, 78 otherwise.

      Examples:
        idpbuilder status
        idpbuilder status --watch
        idpbuilder status -o json | jq -r '.platform.components[] | .name + " " + .state'
      """)

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Flag(name: .shortAndLong, help: "Stay, and show every change until Ctrl-C; with -o json, an object per line.")
  var watch = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let reference = ClusterReference(name: cluster.name, dockerHost: engine.dockerHost)
    if watch { return try await follow(reference, console) }
    let status = try await Bootstrap.status(of: reference, environment: console.environment)
    if output.format == .table {
      try console.print(status.lines(console.resultPalette).map { $0 + "\n" }.joined())
    } else {
      try console.print(status.value, as: output.format)
    }
    if !status.isHealthy {
      throw Failure(
        "cluster \(status.name) is not healthy", remedy: "idpbuilder doctor\(ClusterOptions.naming(status.name))",
        status: .unhealthy)
    }
  }

  private func follow(_ reference: ClusterReference, _ console: Console) async throws {
    try await console.withRegion { region in
      try await Bootstrap.watchStatus(of: reference, environment: console.environment) { [output] status in
        switch output.format {
        case .table:
          if let region {
            region.show(status.lines(console.resultPalette, fitting: region.size))
          } else {
            try console.print(status.lines(console.resultPalette).map { $0 + "\n" }.joined() + "\n")
          }
        case .json: try console.print(JSON.string(status.value) + "\n")
        case .yaml: try console.print("---\n" + YAML.serialize(status.value))
        }
        // `status --watch -o json | head -1`: nobody is there to look at more.
        return console.hasReader
      }
    }
  }
}

extension ClusterStatus {
  /// The status in a part of a terminal that is drawn anew in place: longer lines are cut, and what is too much left out.
  func lines(_ palette: Palette, fitting size: (columns: Int, lines: Int)) -> [String] {
    let lines = lines(palette, width: size.columns)
    // The cursor stands on a line of its own.
    let room = max(2, size.lines - 1)
    guard lines.count > room else { return lines }
    let rest = "  … \(lines.count - room + 1) more lines: the window is too small"
    return lines.prefix(room - 1) + [rest.truncated(to: size.columns)]
  }

  /// The status as a person reads it; lines are cut at the width, if there is one.
  func lines(_ palette: Palette, width: Int = .max, now: Int64 = Int64(Date.now.timeIntervalSince1970)) -> [String] {
    func mark(_ isHealthy: Bool) -> String { isHealthy ? palette.paint("✓", .good) : palette.paint("✗", .bad) }
    func row(_ isHealthy: Bool?, _ title: String, _ text: String) -> String {
      // Mark and title take 20 columns.
      "  \(isHealthy.map(mark) ?? " ") \(title.padded(to: 14))  \(text.singleLine.truncated(to: width - 20))"
    }
    let head = "Cluster \(name): \(isHealthy ? "healthy" : "not healthy")"
    var lines = ["\(mark(isHealthy)) \(head.truncated(to: width - 2))"]
    if let trouble { lines.append(row(false, "api server", trouble)) }
    if let version {
      let age = created.map { ", \(Status.age(seconds: max(0, now - $0))) old" } ?? ""
      lines.append(row(nil, "Kubernetes", version + age))
    }
    for node in nodes { lines.append(row(node.isHealthy, node.role, "\(node.name)  \(node.state)")) }
    guard let platform else {
      if trouble == nil { lines.append(row(nil, "platform", "none")) }
      return lines
    }
    for component in platform.components { lines.append(row(component.isHealthy, component.name, component.state)) }
    lines.append(
      row(
        platform.certificateDays.map { $0 >= 0 } ?? false, "certificate",
        platform.certificateDays.map { $0 < 0 ? "expired" : "\($0) days left" } ?? "missing"))
    lines.append(row(nil, "Argo CD", platform.argoCDURL))
    lines.append(row(nil, "Gitea", platform.giteaURL))
    if !platform.packages.isEmpty {
      let table = Table(
        columns: ["PACKAGE", "SYNC", "HEALTH"], rows: platform.packages.map { [$0.name, $0.sync, $0.health] })
      lines += [""] + table.lines.map { ("  " + $0).truncated(to: width) }
    }
    return lines
  }

  /// The status for programs.
  var value: Value {
    var value: Value = [
      "name": .string(name), "healthy": .bool(isHealthy), "version": version.map(Value.string) ?? .null,
      "created": created.map { .string(Status.moment($0)) } ?? .null, "trouble": trouble.map(Value.string) ?? .null,
      "nodes": .array(
        nodes.map {
          [
            "name": .string($0.name), "role": .string($0.role), "state": .string($0.state),
            "healthy": .bool($0.isHealthy),
          ]
        }),
      "platform": .null,
    ]
    guard let platform else { return value }
    value["platform"] = [
      "components": .array(
        platform.components.map {
          ["name": .string($0.name), "state": .string($0.state), "healthy": .bool($0.isHealthy)]
        }),
      "packages": .array(platform.packages.map(\.json)), "argocdURL": .string(platform.argoCDURL),
      "giteaURL": .string(platform.giteaURL),
      "certificateDays": platform.certificateDays.map { .integer(Int64($0)) } ?? .null,
    ]
    return value
  }
}

extension Status {
  /// A span of time in its two largest units: `3 d 4 h`.
  static func age(seconds: Int64) -> String {
    let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0 s" }
    var rest = seconds
    return units[first...].prefix(2).compactMap { name, size in
      defer { rest %= size }
      return rest / size > 0 ? "\(rest / size) \(name)" : nil
    }.joined(separator: " ")
  }

  /// A moment as RFC 3339 writes it.
  static func moment(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
  }
}
