import KindCluster

extension ClusterRun {
  /// `kubeconfig`: the user's file has the cluster, and it is the current context.
  func writeKubeconfig() -> Step {
    Step(.kubeconfig, title: "kubeconfig", after: [.controlPlane]) { [self] context in
      context.rollBack("removing \(Names.context(cluster.name.text)) from the kubeconfig") { [kubeconfigs, cluster] in
        try await kubeconfigs.remove(cluster: cluster.name.text)
      }
      // The credentials for keeps: those that served so far go around the cluster's roles.
      let content = try await controlPlane.read("/etc/kubernetes/admin.conf") ?? []
      let path = try await kubeconfigs.merge(
        String(decoding: content, as: UTF8.self), cluster: cluster.name.text, server: server.value())
      kubeconfig.fulfil(path)
      return "context \(Names.context(cluster.name.text))"
    }
  }

  /// All steps of making a cluster; the plan orders them.
  func steps() -> [Step] {
    [pullNodeImage()] + (preparation?.steps() ?? [])
      + [
        startNodes(), initializeControlPlane(), connectAPIServer(), installNetworkPlugin(),
        installStorage(), joinWorkers(), writeKubeconfig(), awaitNodes(),
      ].compactMap(\.self)
  }
}
