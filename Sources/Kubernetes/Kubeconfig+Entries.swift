public import Documents

/// A cluster with the user and the context of the same name: what `kind` writes for each of its clusters.
public struct KubeconfigEntry: Sendable, Hashable {
  /// The name of all three: `kind-localdev`.
  public var name: String
  /// The cluster: `server`, `certificate-authority-data` …
  public var cluster: Value
  /// The user: `client-certificate-data`, `client-key-data` …
  public var user: Value

  /// Describes an entry; see the properties.
  public init(name: String, cluster: Value, user: Value) {
    self.name = name
    self.cluster = cluster
    self.user = user
  }

  /// Takes the current context of another kubeconfig, such as kubeadm's `admin.conf`.
  ///
  /// - Parameters:
  ///   - kubeconfig: Where the cluster and user come from.
  ///   - name: Their new name.
  ///   - server: The cluster's new URL, nil to keep it.
  /// - Throws: ``KubeconfigError`` if there is no current context or what it names does not exist.
  public init(_ kubeconfig: Kubeconfig, renamed name: String, server: String? = nil) throws(KubeconfigError) {
    let (cluster, user) = try kubeconfig.clusterAndUser(context: nil)
    self.init(name: name, cluster: cluster, user: user)
    if let server { self.cluster["server"] = .string(server) }
  }
}

extension Kubeconfig {
  /// Adds an entry, or replaces the one of that name, and makes it the current context. Everything else stays.
  public mutating func merge(_ entry: KubeconfigEntry) {
    if value["apiVersion"].isNull { value["apiVersion"] = "v1" }
    if value["kind"].isNull { value["kind"] = "Config" }
    set(.clusters, entry.name, to: entry.cluster)
    set(.contexts, entry.name, to: ["cluster": .string(entry.name), "user": .string(entry.name)])
    set(.users, entry.name, to: entry.user)
    value["current-context"] = .string(entry.name)
  }

  /// Removes the cluster, user and context of a name, and the current context if it is that one.
  ///
  /// - Returns: Whether there was anything to remove.
  @discardableResult
  public mutating func remove(_ name: String) -> Bool {
    var removed = false
    for section in Section.allCases {
      let entries = value[section.rawValue].elements
      let kept = entries.filter { $0["name"].stringValue != name }
      guard kept.count < entries.count else { continue }
      value[section.rawValue] = .array(kept)
      removed = true
    }
    if currentContext == name {
      value["current-context"] = ""
      removed = true
    }
    return removed
  }

  private mutating func set(_ section: Section, _ name: String, to content: Value) {
    var entries = value[section.rawValue].elements
    let entry: Value = [section.content: content, "name": .string(name)]
    if let index = entries.firstIndex(where: { $0["name"].stringValue == name }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
    value[section.rawValue] = .array(entries)
  }
}
