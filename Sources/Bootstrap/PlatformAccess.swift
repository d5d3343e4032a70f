import Certificates
import Diagnostics
import DockerEngine
import Documents
import HTTP
import KindCluster
import Kubernetes
import Platform

/// A platform that is there, as found in its cluster and in the engine: no options have to be remembered anywhere.
struct PlatformAccess: Sendable {
  /// What it was built with.
  let options: PlatformOptions
  /// Its certificate; nil if it is lost.
  let certificate: Certificate?
  /// The address of this machine at which it is published; nil if it is not.
  let publishedAddress: String?

  static let localbuilds = ResourceType(
    group: "idpbuilder.cnoe.io", version: "v1alpha1", plural: "localbuilds", kind: "Localbuild", isNamespaced: false)

  /// Looks for the platform of a cluster.
  ///
  /// - Parameters:
  ///   - client: The cluster.
  ///   - engine: The engine that has its nodes.
  ///   - cluster: The cluster's name.
  ///   - deadline: When to give up.
  /// - Returns: The platform, nil if the cluster has none.
  /// - Throws: What the API server or the engine answers.
  static func find(
    _ client: KubernetesClient, engine: Engine, cluster: String, deadline: Deadline = .after(.seconds(60))
  ) async throws -> PlatformAccess? {
    guard let record = try await client.get(localbuilds, cluster, deadline: deadline) else { return nil }
    let options = try PlatformOptions(of: record)
    let secret = try await client.get(
      .secrets, Names.Certificate.secret, namespace: Names.Certificate.publicNamespace, deadline: deadline)
    let text = secret?["data"][Names.Certificate.caKey].stringValue.flatMap { Base64.decodeText($0) }
    let nodes = try await ClusterInventory(engine).nodes(of: cluster)
    var address: String?
    for node in nodes where node.role == .controlPlane && address == nil {
      address = publishedAddress(of: options.port, in: try await engine.inspectContainer(node.name) ?? .null)
    }
    return PlatformAccess(
      options: options, certificate: text.flatMap { try? Certificate(pem: $0) }, publishedAddress: address)
  }

  /// Where a container publishes something at a port of this machine.
  ///
  /// - Parameters:
  ///   - port: The port on this machine.
  ///   - container: The answer of `GET /containers/{name}/json`.
  /// - Returns: An address to connect to: loopback where all addresses are meant.
  static func publishedAddress(of port: Int, in container: Value) -> String? {
    for (name, bindings) in container["HostConfig"]["PortBindings"].members where name.hasSuffix("/tcp") {
      for binding in bindings.elements where binding["HostPort"].stringValue == String(port) {
        let address = binding["HostIp"].stringValue ?? ""
        return ["", "0.0.0.0"].contains(address) ? "127.0.0.1" : address == "::" ? "::1" : address
      }
    }
    return nil
  }

  /// What to say of a certificate that has expired, so that nobody can talk to the platform; nil while it is valid.
  ///
  /// - Parameters:
  ///   - cluster: The cluster's name.
  ///   - now: The present moment.
  /// - Returns: A sentence with the command that renews it.
  func expiry(cluster: String, now: UnixTime = .now) -> String? {
    guard options.scheme == .https, let end = certificate?.notAfter, end < now else { return nil }
    return "the platform's certificate has expired on \(end): idpbuilder create --name \(cluster) renews it"
  }

  /// A client for the platform's pages: trusts its certificate alone and needs no DNS.
  ///
  /// - Parameter connections: How many connections there may be; zero for any number.
  /// - Returns: The client.
  /// - Throws: `CertificateError` if the certificate cannot be written.
  func webClient(connections: Int = 0) throws -> Client {
    var configuration = Client.Configuration()
    configuration.connectionsPerHost = connections
    if let certificate { configuration.trust = .pem(try certificate.pem()) }
    let port = UInt16(options.port)
    if let publishedAddress {
      for host in options.hosts + [options.giteaDomain, "argocd.\(options.host)"] {
        configuration.connectTo[HostPort(host, port)] = HostPort(publishedAddress, port)
      }
    }
    return Client(configuration)
  }

  /// What is wrong with a page; nil if it answers.
  ///
  /// - Parameters:
  ///   - url: The page.
  ///   - client: From ``webClient()``.
  ///   - deadline: When to give up.
  /// - Returns: The problem in words.
  static func trouble(at url: String, _ client: Client, deadline: Deadline) async -> String? {
    do throws(HTTPError) {
      let response = try await client.send(Request(.get, url), deadline: deadline)
      // A redirect to a login page is an answer.
      return response.status < 400 ? nil : "status \(response.status)"
    } catch {
      return error.message
    }
  }

  /// Waits until both pages answer: the ingress learns of a pod a moment after it is ready, and gives no notice of that.
  func awaitPages(deadline: Deadline, report: (String) -> Void) async throws {
    let client = try webClient()
    for url in ["\(options.giteaURL)/", "\(options.argoCDURL)/"] {
      var backoff = Backoff(first: .milliseconds(100), limit: .seconds(1))
      while let trouble = await Self.trouble(at: url, client, deadline: deadline.atMost(.seconds(10))) {
        try Task.checkCancellation()
        report("\(url): \(trouble)")
        do {
          try await backoff.pause(until: deadline, awaiting: "an answer at \(url)")
        } catch is DeadlineExceeded {
          throw Failure(
            "the platform does not answer at \(url)", cause: trouble,
            remedy: "kubectl -n \(IngressChoice.installed.namespace) logs deployment/ingress-nginx-controller",
            status: .timedOut)
        }
      }
    }
  }
}

extension PlatformOptions {
  /// The options that a platform was built with.
  ///
  /// - Parameter localbuild: The record of the build as it is in the cluster.
  /// - Throws: `Failure` if it holds values that are none.
  init(of localbuild: Value) throws(Failure) {
    let choices = localbuild["spec"]["buildCustomization"]
    try self.init(
      host: choices["host"].stringValue ?? "cnoe.localtest.me", ingressHost: choices["ingressHost"].stringValue,
      scheme: choices["protocol"].stringValue.flatMap(PlatformOptions.Scheme.init) ?? .https,
      port: choices["port"].stringValue.flatMap { Int($0) } ?? 8443,
      usePathRouting: choices["usePathRouting"].boolValue ?? false)
  }
}
