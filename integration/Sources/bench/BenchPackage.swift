import Harness

/// A package with one Application, whose directory holds one ConfigMap.
struct BenchPackage {
  let folder: String

  init(folder: String) throws {
    self.folder = folder
    TextFile.makeFolder(folder)
    TextFile.makeFolder("\(folder)/manifests")
    try TextFile.write(
      "\(folder)/application.yaml",
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: bench-package, namespace: argocd}
      spec:
        project: default
        source: {repoURL: cnoe://manifests, targetRevision: HEAD, path: .}
        destination: {server: https://kubernetes.default.svc, namespace: default}
        syncPolicy: {automated: {selfHeal: true}}

      """)
  }

  /// Writes the ConfigMap.
  func write(value: String) throws {
    try TextFile.write(
      "\(folder)/manifests/configmap.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bench-package}\ndata: {value: \"\(value)\"}\n")
  }

  /// The arguments of the two `kubectl wait` after which the cluster has it: of an object that is not there yet nothing
  /// but its creation can be waited for.
  func waits(for value: String) -> [[String]] {
    ["create", "jsonpath={.data.value}=\(value)"].map { condition in
      ["wait", "-n", "default", "configmap/bench-package", "--for=\(condition)", "--timeout=300s"]
    }
  }
}
