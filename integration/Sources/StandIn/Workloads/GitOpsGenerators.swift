import Documents
import Glibc

/// What the generators of an ApplicationSet find: list, git (directories and files), matrix and merge.
struct GitOpsGenerators {
  /// Clones a source to a folder.
  let clone: (GitOpsSource, _ folder: String) throws(GitOpsFault) -> Void

  /// The repositories that generators look into.
  static func repositories(in generators: Value) -> [String] {
    generators.elements.flatMap { generator in
      [generator["git"]["repoURL"].stringValue].compactMap(\.self)
        + repositories(in: generator["matrix"]["generators"]) + repositories(in: generator["merge"]["generators"])
    }
  }

  /// The parameters that a generator gives, a set for each Application.
  func parameters(of generator: Value) throws(GitOpsFault) -> [[String: String]] {
    guard let (kind, settings) = generator.members.first(where: { $0.key != "selector" }) else { return [] }
    switch kind {
    case "list": return settings["elements"].elements.map { GitOpsTemplate.flattened($0) }
    case "git": return try git(settings)
    case "matrix": return try matrix(settings["generators"].elements)
    case "merge": return try merge(settings)
    default: throw GitOpsFault(message: "the stand-in has no generator \(kind)")
    }
  }

  private func matrix(_ generators: [Value]) throws(GitOpsFault) -> [[String: String]] {
    guard generators.count == 2 else {
      throw GitOpsFault(message: "currently, the matrix generator only supports exactly two child generators")
    }
    var result: [[String: String]] = []
    for first in try parameters(of: generators[0]) {
      // The second may use what the first found.
      for second in try parameters(of: GitOpsTemplate.filled(generators[1], first)) {
        result.append(first.merging(second) { $1 })
      }
    }
    return result
  }

  private func merge(_ settings: Value) throws(GitOpsFault) -> [[String: String]] {
    let keys = settings["mergeKeys"].elements.compactMap(\.stringValue)
    let generators = settings["generators"].elements
    guard generators.count >= 2, !keys.isEmpty else {
      throw GitOpsFault(message: "found less than two generators, Merge requires two or more")
    }
    var result = try parameters(of: generators[0])
    for generator in generators.dropFirst() {
      for more in try parameters(of: generator) {
        for index in result.indices where keys.allSatisfy({ result[index][$0] == more[$0] }) {
          result[index].merge(more) { $1 }
        }
      }
    }
    return result
  }

  private func git(_ settings: Value) throws(GitOpsFault) -> [[String: String]] {
    let folder = "/run/generator-\(UInt32.random(in: 0...UInt32.max))"
    defer { _ = Subprocess.run("/usr/bin/rm", ["-rf", folder], environment: [:]) }
    try clone(GitOpsSource(["repoURL": settings["repoURL"], "targetRevision": settings["revision"]]), folder)
    if !settings["directories"].isNull {
      return matching(settings["directories"], Self.paths(in: folder).filter { Files.isDirectory("\(folder)/\($0)") })
        .map { Self.pathParameters($0) }
    }
    var result: [[String: String]] = []
    for path in matching(settings["files"], Self.paths(in: folder).filter { !Files.isDirectory("\(folder)/\($0)") }) {
      guard let document = (try? YAML.parseAll(Files.text("\(folder)/\(path)") ?? "", source: path))?.first else {
        throw GitOpsFault(message: "unable to parse file \(path)")
      }
      let parts = path.split(separator: "/")
      var parameters = Self.pathParameters(parts.count > 1 ? parts.dropLast().joined(separator: "/") : ".")
      parameters["path.filename"] = parts.last.map(String.init)
      result.append(parameters.merging(GitOpsTemplate.flattened(document.value)) { $1 })
    }
    return result
  }

  private func matching(_ patterns: Value, _ paths: [String]) -> [String] {
    paths.filter { path in
      func matches(_ pattern: Value) -> Bool {
        let text = pattern["path"].stringValue ?? ""
        return fnmatch(text.replacing("**", with: "*"), path, text.contains("**") ? 0 : FNM_PATHNAME) == 0
      }
      return patterns.elements.contains { $0["exclude"] != true && matches($0) }
        && !patterns.elements.contains { $0["exclude"] == true && matches($0) }
    }
  }

  /// All paths below a folder, sorted, without what starts with a dot.
  private static func paths(in folder: String, below prefix: String = "") -> [String] {
    Files.names(in: "\(folder)/\(prefix)").filter { !$0.hasPrefix(".") }.sorted().flatMap { name -> [String] in
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      return [path] + (Files.isDirectory("\(folder)/\(path)") ? paths(in: folder, below: path) : [])
    }
  }

  /// The names are those of plain templates, and with `path.path` those of Go templates.
  private static func pathParameters(_ path: String) -> [String: String] {
    let base = path.split(separator: "/").last.map(String.init) ?? path
    let normalized = String(base.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    return [
      "path": path, "path.path": path, "path.basename": base, "path.basenameNormalized": normalized,
    ]
  }
}
