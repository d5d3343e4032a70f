import ClusterAPI
import Documents

/// Why an Application cannot be compared.
struct GitOpsFault: Error {
  var message: String
}

/// Where an Application's objects come from.
struct GitOpsSource {
  let repository: String
  let revision: String
  let path: String
  let isRecursive: Bool
  /// What a chart's values are replaced with.
  let values: Value
  /// Whether it only lends its files to other sources.
  let isReference: Bool

  /// The sources of an Application, in order.
  static func all(of application: Value) -> [GitOpsSource] {
    let spec = application["spec"]
    return (spec["sources"].elements.isEmpty ? [spec["source"]] : spec["sources"].elements).map(GitOpsSource.init)
  }

  init(_ source: Value) {
    repository = source["repoURL"].stringValue ?? ""
    revision = source["targetRevision"].stringValue ?? "HEAD"
    path = source["path"].stringValue ?? "."
    isRecursive = source["directory"]["recurse"].boolValue ?? false
    values = source["helm"]["valuesObject"]
    isReference = !source["ref"].isNull && source["path"].isNull
  }

  /// The repository's host name.
  var host: String {
    let rest = repository.firstRange(of: "://").map { repository[$0.upperBound...] } ?? repository[...]
    return String(rest.prefix { $0 != "/" && $0 != ":" })
  }

  private var port: String {
    let rest = repository.firstRange(of: "://").map { repository[$0.upperBound...] } ?? repository[...]
    let authority = rest.prefix { $0 != "/" }
    return authority.firstIndex(of: ":").map { String(authority[authority.index(after: $0)...]) }
      ?? (repository.hasPrefix("https") ? "443" : "80")
  }

  /// Clones with the `git` program, trusting the given authority only.
  /// - Returns: the commit.
  func clone(to folder: String, authority: String?, cluster: Cluster) throws(GitOpsFault) -> String {
    guard resolves(cluster) else {
      throw GitOpsFault(message: "Failed to load target state: dial tcp: lookup \(host) on 10.96.0.10:53: no such host")
    }
    var options = ["-c", "http.curloptResolve=\(host):\(port):127.0.0.1", "-c", "advice.detachedHead=false"]
    if let authority {
      Files.write(folder + ".crt", authority)
      options += ["-c", "http.sslCAInfo=\(folder).crt"]
    }
    var arguments = options + ["clone", "--quiet", "--depth", "1"]
    if revision != "HEAD", !revision.isEmpty { arguments += ["--branch", revision] }
    let result = Subprocess.git(arguments + [repository, folder])
    _ = Subprocess.run("/usr/bin/rm", ["-f", folder + ".crt"], environment: [:])
    guard result.status == 0 else {
      throw GitOpsFault(
        message: "Failed to load target state: \(result.errors.split(separator: "\n").last ?? "git failed")")
    }
    let head = Subprocess.git(["-C", folder, "rev-parse", "HEAD"])
    guard head.status == 0 else {
      throw GitOpsFault(message: "Failed to load target state: unable to resolve '\(revision)' to a commit SHA")
    }
    return String(String(decoding: head.output, as: UTF8.self).prefix { $0 != "\n" })
  }

  /// Whether the cluster's DNS leads the host to the ingress: the Corefile imports rules, and one of them names it.
  private func resolves(_ cluster: Cluster) -> Bool {
    let (corefile, rules) = cluster.perform { state in
      (
        state.object(.configMaps, "kube-system", "coredns")?["data"]["Corefile"].stringValue ?? "",
        (state.object(.configMaps, "kube-system", "coredns-conf-default")?["data"].members ?? [:]).values
          .compactMap(\.stringValue).joined(separator: "\n")
      )
    }
    guard corefile.contains("import ") else { return false }
    for line in rules.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.firstIndex(of: "name"), words.count > name + 2 else { continue }
      switch words[name + 1] {
      case "exact": if words[name + 2] == host { return true }
      case "regex":
        if let expression = try? Regex(words[name + 2]), (host + ".").wholeMatch(of: expression) != nil { return true }
      default: continue
      }
    }
    return false
  }

  /// The objects of the YAML and JSON files in the source's folder.
  func objects(in folder: String) throws(GitOpsFault) -> [Value] {
    let start = path == "." || path.isEmpty ? folder : "\(folder)/\(path)"
    guard Files.exists(start) else {
      throw GitOpsFault(message: "Failed to load target state: \(path): app path does not exist")
    }
    if Files.exists(start + "/Chart.yaml") {
      let chart = GitOpsChart(folder: start, values: values)
      return try objects(of: files(in: start + "/templates"), in: folder) { chart.rendered($0) }
    }
    return try objects(of: files(in: start), in: folder) { $0 }
  }

  private func objects(
    of files: [String], in folder: String, _ change: (String) -> String
  ) throws(GitOpsFault) -> [Value] {
    var objects: [Value] = []
    for file in files {
      do {
        let text = change(Files.text(file) ?? "")
        for document in try YAML.parseAll(text, source: String(file.dropFirst(folder.count + 1)))
        where !document.value.isNull {
          objects += document.value["kind"] == "List" ? document.value["items"].elements : [document.value]
        }
      } catch {
        throw GitOpsFault(
          message: "Failed to load target state: failed to generate manifest for source 1 of 1: \(error)")
      }
    }
    return objects
  }

  private func files(in folder: String) -> [String] {
    var found: [String] = []
    for name in Files.names(in: folder) where name != ".git" {
      let path = "\(folder)/\(name)"
      if Files.isDirectory(path) {
        if isRecursive { found += files(in: path) }
      } else if [".yaml", ".yml", ".json"].contains(where: { name.hasSuffix($0) }) {
        found.append(path)
      }
    }
    return found
  }
}
