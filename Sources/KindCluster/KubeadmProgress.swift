/// Follows what `kubeadm init` prints and tells how far it is.
///
/// kubeadm prefixes its own lines with the phase in brackets: `[certs] Generating "ca" certificate and key`; with
/// `--v=6` lines of its client library stand between them, with klog's header (`I1121 10:00:00.000000 …`).
public struct KubeadmProgress: Sendable {
  /// The phase whose line came last, for instance `kubelet-start`.
  public private(set) var phase: String?
  /// The text of that line without the phase.
  public private(set) var message: String?
  /// The files under `/etc/kubernetes` are written: the cluster's certificates can be read.
  public private(set) var hasCredentials = false
  private var lines = LineSplitter()
  private var tail: [String] = []
  private static let tailLength = 60

  /// Nothing printed yet.
  public init() {}

  /// Takes output as it comes, in pieces of any size.
  ///
  /// - Parameter bytes: The next piece of stdout or stderr.
  /// - Returns: Whether phase or message changed.
  public mutating func take(_ bytes: [UInt8]) -> Bool {
    var changed = false
    for line in lines.take(bytes) where read(line) { changed = true }
    return changed
  }

  private mutating func read(_ line: String) -> Bool {
    tail.append(line)
    if tail.count > Self.tailLength { tail.removeFirst(tail.count - Self.tailLength) }
    guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return false }
    let name = String(line[line.index(after: line.startIndex)..<end])
    guard !name.isEmpty, name.allSatisfy({ $0.isLowercase || $0 == "-" || $0.isNumber }) else { return false }
    phase = name
    message = String(line[line.index(after: end)...].drop { $0 == " " })
    // The phases run in this order: certs, kubeconfig, etcd, control-plane, kubelet-start, wait-control-plane (before
    // 1.29 kubelet-start came first, after the kubeconfig files of the kubelet, so it does not count).
    if name == "control-plane" || name == "etcd" || name == "wait-control-plane" { hasCredentials = true }
    return true
  }

  /// What kubeadm said when it failed: its error lines if there are any, otherwise its last lines.
  public var complaint: String {
    let plain = (tail + lines.rest).filter { !Self.isClientLog($0) && !$0.isEmpty }
    if let start = plain.firstIndex(where: { $0.hasPrefix("error") || $0.contains("[ERROR") }) {
      return plain[start...].prefix(12).joined(separator: "\n")
    }
    return plain.suffix(12).joined(separator: "\n")
  }

  /// klog's header: a severity letter and the date, as in `I1121 10:00:00`.
  private static func isClientLog(_ line: String) -> Bool {
    guard let severity = line.first, "IWEF".contains(severity) else { return false }
    let date = line.dropFirst().prefix(5)
    return date.count == 5 && date.prefix(4).allSatisfy(\.isNumber) && date.last == " "
  }
}
