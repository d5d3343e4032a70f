import Archive
import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Platform

extension PlatformRun {
  /// `registry`: the nodes pull images from the platform's own registry, verified against its certificate.
  func trustRegistry() -> Step {
    Step(.registry, title: "registry", after: [.package(IngressChoice.installed.package)]) { [self] context in
      let service = try await kubernetes.value().get(
        .services, IngressChoice.installed.service, namespace: IngressChoice.installed.namespace)
      guard let address = service?["spec"]["clusterIP"].stringValue, !address.isEmpty, address != "None" else {
        context.warn("the ingress service has no address: nodes cannot pull from \(options.registry)")
        return nil
      }
      let trust = RegistryTrust(options, address: address)
      let certificatePEM = try await certificate.value().certificate.pem()
      for record in try await ClusterInventory(engine).nodes(of: clusterName) where record.role != nil {
        try await install(trust, certificatePEM, on: Node(engine, name: record.name), context)
      }
      return options.registry
    }
  }

  private func install(
    _ trust: RegistryTrust, _ certificatePEM: String, on node: Node, _ context: StepContext
  ) async throws {
    let (hosts, unit) = (trust.hosts, trust.bootUnit)
    try await node.write(
      [(hosts.path, hosts.text), (trust.certificatePath, certificatePEM), (unit.path, unit.text)]
        .map { .file(String($0.0.dropFirst()), text: $0.1) })
    let result = try await node.run(["/bin/sh", "-c", trust.resolveCommand])
    if result.exitCode != 0 {
      context.warn("node \(node.name) does not find \(trust.name): \(result.errorOutput)")
    }
    let configuration = try await node.read(ContainerdConfiguration.path) ?? []
    if !String(decoding: configuration, as: UTF8.self).contains(RegistryTrust.directory) {
      context.warn(
        "node \(node.name) does not pull from \(trust.registry): its containerd reads no \(RegistryTrust.directory); "
          + "make the cluster anew with --recreate to change that")
    }
  }
}
