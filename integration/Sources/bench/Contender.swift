/// Who is measured.
enum Contender: String, CaseIterable {
  /// The program of this repository.
  case ours = "idpbuilder"
  /// kubernetes-sigs/kind, for the cluster alone.
  case kind = "kind"
  /// What people do without any of these programs: kind, then kubectl with the same manifests, then waiting.
  case byHand = "kind + kubectl"
  /// cnoe-io/idpbuilder.
  case peer = "cnoe-io/idpbuilder"
}
