import Documents

/// What shall go wrong, for tests of failure: `{"boot": "hang", "kubeadm": "fail"}`.
struct Faults {
  private let wanted: Value

  init() {
    wanted = Files.text(NodeLayout.faults).flatMap { try? JSON.parse($0) } ?? [:]
  }

  /// `hang`: the boot line never comes. `exit`: the node ends before it.
  var boot: String? { wanted["boot"].stringValue }
  /// `fail`: kubeadm ends with an error. `hang`: it never ends.
  var kubeadm: String? { wanted["kubeadm"].stringValue }
  /// `never`: the node does not become Ready.
  var ready: String? { wanted["ready"].stringValue }
  /// `unreachable`: only images that the node has can be run, but for those of the system's own namespaces.
  var registry: String? { wanted["registry"].stringValue }
  /// Image prefixes that cannot be pulled.
  var missingImages: [String] { wanted["missingImages"].elements.compactMap(\.stringValue) }
}
