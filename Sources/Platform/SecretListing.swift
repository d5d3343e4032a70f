public import Diagnostics
public import Documents

/// What `get secrets` shows: the administrators' secrets and every secret labelled for it, under idpbuilder's names
/// (`pkg/cmd/get/secrets.go`, `pkg/printer/types` in cnoe-io/idpbuilder).
public struct ListedSecret: Sendable, Hashable {
  /// Whether it belongs to a package of the platform.
  public let isCore: Bool
  /// Its name.
  public let name: String
  /// Its namespace.
  public let namespace: String
  /// Of core secrets: the administrator's name.
  public let username: String?
  /// Of core secrets: the administrator's password.
  public let password: Secret?
  /// Of core secrets: a token, if there is one.
  public let token: Secret?
  /// Of other secrets: everything in them, sorted by key.
  public let data: [(key: String, value: Secret)]

  /// What is shown of a secret.
  ///
  /// - Parameters:
  ///   - secret: The Secret as it is in the cluster.
  ///   - isCore: Whether it belongs to a package of the platform.
  public init(_ secret: Value, isCore: Bool) {
    self.isCore = isCore
    name = secret["metadata"]["name"].stringValue ?? ""
    namespace = secret["metadata"]["namespace"].stringValue ?? ""
    guard isCore else {
      (username, password, token) = (nil, nil, nil)
      data = secret["data"].members.sorted { $0.key < $1.key }.map { key, value in
        let bytes = value.stringValue.flatMap { Base64.decode($0) } ?? []
        return (key, Secret(String(decoding: bytes, as: UTF8.self)))
      }
      return
    }
    username = name == Names.ArgoCD.initialAdminSecret ? Names.ArgoCD.adminUser : secret.secretText("username")
    password = secret.secretText("password").map { Secret($0) }
    token = secret.secretText("token").map { Secret($0) }
    data = []
  }

  /// The entry as JSON with idpbuilder's member names, in its order; empty ones are left out as there.
  ///
  /// The values are shown: this is what the user asked for.
  public var json: Value {
    var object: Value = ["IsCore": .bool(isCore), "name": .string(name), "namespace": .string(namespace)]
    for (key, text) in [("username", username), ("password", password?.revealed), ("token", token?.revealed)] {
      if let text, !text.isEmpty { object[key] = .string(text) }
    }
    for (key, value) in data { object["data"][key] = .string(value.revealed) }
    return object
  }

  /// The entry as a table's cells: name, namespace, username, password, token, data.
  public var cells: [String] {
    [
      name, namespace, username ?? "", password?.revealed ?? "", token?.revealed ?? "",
      data.map { "\($0.key)=\($0.value.revealed)" }.joined(separator: ", "),
    ]
  }

  /// The table's head.
  public static let columns = ["NAME", "NAMESPACE", "USERNAME", "PASSWORD", "TOKEN", "DATA"]

  /// Whether two entries show the same.
  public static func == (left: ListedSecret, right: ListedSecret) -> Bool { left.json == right.json }
  /// Feeds what is shown.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// Which secrets to look up.
public enum SecretQuery: Sendable, Hashable {
  /// One secret of a package of the platform; it may be missing.
  case core(namespace: String, name: String)
  /// All secrets of all namespaces that a label selector finds.
  case labelled(selector: String)

  /// The look-ups for `get secrets`.
  ///
  /// - Parameter packages: What was given with `-p`; empty for all.
  /// - Returns: The look-ups in the order of the output.
  public static func all(packages: [String]) -> [SecretQuery] {
    let core: [String: SecretQuery] = [
      CorePackage.argocd.rawValue: .core(
        namespace: Names.ArgoCD.namespace, name: Names.ArgoCD.initialAdminSecret),
      CorePackage.gitea.rawValue: .core(namespace: Names.Gitea.namespace, name: Names.Gitea.credentialSecret),
    ]
    let labelled = "\(Names.Label.cliSecret)=\(Names.Label.cliSecretValue)"
    guard !packages.isEmpty else {
      return core.sorted { $0.key < $1.key }.map(\.value) + [.labelled(selector: labelled)]
    }
    return packages.map { package in
      core[package] ?? .labelled(selector: "\(labelled),\(Names.Label.packageName)=\(package)")
    }
  }
}
