import Diagnostics
import Documents
import HTTP

extension Kubeconfig {
  /// What is needed to reach the cluster of a context.
  ///
  /// Files that the entries name (`certificate-authority`, `client-certificate`, `client-key`, `tokenFile`) are read,
  /// relative to the kubeconfig's directory; the data in the kubeconfig itself counts before them, as in kubectl.
  ///
  /// - Parameter context: The context's name, nil for the current one.
  /// - Returns: The access.
  /// - Throws: ``KubeconfigError`` if something named does not exist, or asks for what is not supported: credential
  ///   plugins, passwords, proxies, and connections that are not verified.
  public func access(context: String? = nil) throws(KubeconfigError) -> ClusterAccess {
    let (cluster, user) = try clusterAndUser(context: context)
    return try Kubeconfig.access(cluster: cluster, clusterSource: source, user: user, userSource: source)
  }

  static func access(
    cluster: Value, clusterSource: String?, user: Value, userSource: String?
  ) throws(KubeconfigError) -> ClusterAccess {
    guard let server = cluster["server"].stringValue, ServerURL(server) != nil else {
      throw KubeconfigError("the cluster's server “\(cluster["server"].stringValue ?? "")” is not a URL")
    }
    if cluster["insecure-skip-tls-verify"] == true {
      throw KubeconfigError(
        "the cluster asks for insecure-skip-tls-verify, which is not supported",
        remedy: "give the cluster's certificate-authority-data instead")
    }
    guard cluster["proxy-url"].stringValue ?? "" == "" else {
      throw KubeconfigError("the cluster's “proxy-url” is not supported", remedy: "take it out of the kubeconfig")
    }
    for key in ["exec", "auth-provider", "username"] where !user[key].isNull {
      throw KubeconfigError(
        "the user's “\(key)” is not supported", remedy: "use a client certificate or a token")
    }
    var access = ClusterAccess(server: server)
    access.authorityPEM = try text("certificate-authority", in: cluster, source: clusterSource)
    access.tlsServerName = cluster["tls-server-name"].stringValue
    if let certificate = try text("client-certificate", in: user, source: userSource) {
      guard let key = try text("client-key", in: user, source: userSource) else {
        throw KubeconfigError("the user has a client certificate without a key")
      }
      access.identity = Client.Identity(certificatePEM: certificate, keyPEM: Secret(key))
    }
    if let token = user["token"].stringValue, !token.isEmpty {
      access.token = Secret(token)
    } else if let path = user["tokenFile"].stringValue, !path.isEmpty {
      access.token = Secret(try file(path, source: userSource).trimmingNewlines())
    }
    return access
  }

  /// The content of the cluster and the user that a context names.
  func clusterAndUser(context: String?) throws(KubeconfigError) -> (cluster: Value, user: Value) {
    try Kubeconfig.clusterAndUser(context: context ?? currentContext, place: source ?? "the kubeconfig") {
      section, name in
      content(section, name)
    }
  }

  static func clusterAndUser(
    context: String?, place: String, lookup: (Section, String) -> Value?
  ) throws(KubeconfigError) -> (cluster: Value, user: Value) {
    guard let context else { throw KubeconfigError("\(place) has no current context", exitStatus: .notFound) }
    guard let names = lookup(.contexts, context) else {
      throw KubeconfigError("\(place) has no context “\(context)”", exitStatus: .notFound)
    }
    let (clusterName, userName) = (names["cluster"].stringValue ?? "", names["user"].stringValue ?? "")
    guard let cluster = lookup(.clusters, clusterName) else {
      throw KubeconfigError("\(place) has no cluster “\(clusterName)”, which its context “\(context)” names")
    }
    guard let user = lookup(.users, userName) else {
      throw KubeconfigError("\(place) has no user “\(userName)”, which its context “\(context)” names")
    }
    return (cluster, user)
  }

  /// The text that is either given in base64 as `<key>-data` or in the file named by `<key>`.
  private static func text(_ key: String, in entry: Value, source: String?) throws(KubeconfigError) -> String? {
    if let data = entry["\(key)-data"].stringValue, !data.isEmpty {
      guard let text = Base64.decodeText(data) else { throw KubeconfigError("\(key)-data is not base64 of a text") }
      return text
    }
    guard let path = entry[key].stringValue, !path.isEmpty else { return nil }
    return try file(path, source: source)
  }

  private static func file(_ path: String, source: String?) throws(KubeconfigError) -> String {
    let directory = source.map(FilePaths.directory) ?? "."
    let full = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    do throws(FileFault) {
      guard let bytes = try FileAccess.read(full) else {
        throw FileFault(operation: "read", path: full, code: 2)
      }
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw KubeconfigError("\(error)", exitStatus: .notFound)
    }
  }
}

extension String {
  fileprivate func trimmingNewlines() -> String {
    var text = self[...]
    while let last = text.last, last.isNewline || last == " " { text.removeLast() }
    return String(text)
  }
}
