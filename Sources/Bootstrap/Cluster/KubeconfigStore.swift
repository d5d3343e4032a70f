import Diagnostics
import Documents
import KindCluster
import Kubernetes

/// The user's kubeconfig, as far as one command changes it: the entries of a cluster.
struct KubeconfigStore: Sendable {
  private let paths: KubeconfigPaths

  /// Chooses the files by the rules of kubectl and kind.
  ///
  /// - Parameters:
  ///   - explicit: `--kubeconfig`; nil for `KUBECONFIG` or `~/.kube/config`.
  ///   - environment: The process environment.
  init(explicit: String?, environment: [String: String]) {
    paths = KubeconfigPaths(explicit: explicit, environment: environment)
  }

  /// Reads every file, so that one that cannot be parsed stops the command before anything is changed.
  ///
  /// - Throws: `Failure` that names the file.
  func check() throws(Failure) {
    do { _ = try paths.load() } catch { throw failure(error) }
  }

  /// Writes the entries of a cluster and makes it current.
  ///
  /// - Parameters:
  ///   - credentials: The text of the node's `admin.conf`.
  ///   - cluster: The cluster's name.
  ///   - server: Where its API server answers on this machine.
  /// - Returns: The file that was written.
  /// - Throws: `Failure` that names the file.
  func merge(_ credentials: String, cluster: String, server: String) async throws -> String {
    do {
      let source = try Kubeconfig(parsing: credentials, source: "/etc/kubernetes/admin.conf of the node")
      let entry = try KubeconfigEntry(source, renamed: Names.context(cluster), server: server)
      return try await paths.merge(entry, deadline: .after(.seconds(30)))
    } catch let error as CancellationError {
      throw error
    } catch {
      throw failure(error)
    }
  }

  /// A client made from the user's entry for a cluster, which spares the engine the reading of a file in the node.
  ///
  /// - Parameters:
  ///   - cluster: The cluster's name.
  ///   - server: Where its API server answers on this machine.
  /// - Returns: Nil if there is no such entry, or it is that of another cluster: an authority that verifies the server's
  ///   certificate belongs to this one.
  func client(cluster: String, server: String) async -> KubernetesClient? {
    guard let access = try? paths.access(context: Names.context(cluster)), access.server == server,
      access.identity != nil
    else { return nil }
    let client = KubernetesClient(access)
    let answer = try? await client.rawGet("/readyz", deadline: .after(.seconds(5)))
    return answer == nil ? nil : client
  }

  /// Removes the entries of a cluster from every file.
  func remove(cluster: String) async throws {
    do {
      _ = try await paths.remove(Names.context(cluster), deadline: .after(.seconds(30)))
    } catch let error as CancellationError {
      throw error
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: any Error) -> Failure {
    Failure("the kubeconfig cannot be used", because: error)
  }
}

extension ClusterAccess {
  /// The access that a node's kubeconfig gives, at the address where its API server is published.
  init(kubeconfig: String, server: String) throws {
    self = try Kubeconfig(parsing: kubeconfig, source: "the node's kubeconfig").access()
    self.server = server
  }
}
