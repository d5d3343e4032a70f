import Documents
import Harness
import NodeServer

/// What people do without a program for it: `kind create cluster`, `kubectl apply`, `kubectl wait`.
///
/// The manifests are ours (`create --dry-run`), which spares this path the slow parts of upstream's: the Jobs for the
/// webhook's certificate, and 1.8 MB of schema. It ends when the workloads run: there is no GitOps.
struct PlatformByHand {
  private let bench: Bench
  private var folder: String { bench.folder }

  init(_ bench: Bench) { self.bench = bench }

  func measure(_ samples: inout Samples) async throws {
    guard let kind = bench.settings.kind else { return }
    try await prepare()
    var results: [ProgramResult] = []
    func run(_ program: String, _ arguments: [String]) async throws {
      results.append(try await bench.measured(.byHand, program, arguments))
    }
    var passed: Duration { results.reduce(.zero) { $0 + $1.duration } }
    func kubectl(_ arguments: String...) async throws { try await run(bench.settings.kubectl ?? "kubectl", arguments) }

    let cluster = ["create", "cluster", "--name", "bench", "--image", bench.settings.image]
    try await run(kind, cluster + ["--config", "\(folder)/kind.yaml", "--wait", "300s"])
    try await kubectl("apply", "--server-side", "-f", "\(folder)/namespaces.json")
    try await kubectl("apply", "--server-side", "-f", "\(folder)/objects.json")
    samples.add(.objectsApplied, .byHand, passed)
    try await kubectl("wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=600s")
    try await kubectl(
      "rollout", "status", "-n", "argocd", "statefulset/argocd-application-controller", "--timeout=600s")
    samples.add(.healthy, .byHand, passed)
    samples.add(.cpu, .byHand, results.reduce(.zero) { $0 + $1.cpu })
    samples.add(.memory, .byHand, bytes: results.map(\.peakMemory).max() ?? 0)
    results = []
    try await run(kind, ["delete", "cluster", "--name", "bench"])
    samples.add(.delete, .byHand, passed)
  }

  /// Writes the files, which costs this path no time.
  private func prepare() async throws {
    let preview = try await bench.measured(.ours, bench.settings.program, ["create", "--dry-run", "-o", "json"])
    let objects = (try JSON.parse(preview.output)["objects"].arrayValue ?? []).filter(Self.isPlain)
    let webhook = try Authority.issue(
      commonName: "ingress-nginx", purpose: .server(names: ["ingress-nginx-controller-admission"], addresses: []))
    let secrets: [Value] = [
      secret("gitea-credential", "gitea", ["username": "giteaAdmin", "password": "for-the-bench-only"]),
      secret("ingress-nginx-admission", "ingress-nginx", ["cert": webhook.certificate, "key": webhook.key]),
    ]
    try write("namespaces.json", objects.filter { $0["kind"] == "Namespace" })
    try write("objects.json", secrets + objects.filter { $0["kind"] != "Namespace" })
    try TextFile.write(
      "\(folder)/kind.yaml",
      """
      kind: Cluster
      apiVersion: kind.x-k8s.io/v1alpha4
      nodes:
      - role: control-plane
        labels: {ingress-ready: "true"}
        extraPortMappings: [{containerPort: 443, hostPort: 8443, listenAddress: 127.0.0.1}]

      """)
  }

  /// Without objects of kinds that the same files define, and without the webhook, which refuses what comes before its
  /// server.
  private static func isPlain(_ object: Value) -> Bool {
    let group = object["apiVersion"].stringValue ?? ""
    return !group.hasPrefix("argoproj.io/") && !group.hasPrefix("idpbuilder.cnoe.io/")
      && object["kind"] != "ValidatingWebhookConfiguration"
  }

  private func secret(_ name: String, _ namespace: String, _ data: [String: String]) -> Value {
    [
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "stringData": Value(data),
    ]
  }

  private func write(_ name: String, _ objects: [Value]) throws {
    let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
    try TextFile.write("\(folder)/\(name)", String(decoding: JSON.serialize(list), as: UTF8.self))
  }
}
