import Glibc
import Harness

/// How many TCP connections a process has open, looked up again and again while it runs.
actor ConnectionCount {
  /// The most that were open at once, to all servers.
  private(set) var peak = 0
  /// The most that were open at once to one server, by its port.
  private(set) var peakByPort: [String: Int] = [:]
  private let process: pid_t

  init(of process: pid_t) { self.process = process }

  /// Looks until the process is gone.
  func follow() async {
    while kill(process, 0) == 0, !Task.isCancelled {
      look()
      try? await Task.sleep(for: .milliseconds(4))
    }
  }

  private func look() {
    let sockets = Set(Self.names(in: "/proc/\(process)/fd").compactMap(socket))
    // Columns of proc(5), /proc/net/tcp: the remote address, the state (01: established), and in the tenth the inode.
    var counts: [String: Int] = [:]
    for table in ["tcp", "tcp6"] {
      for line in (TextFile.read("/proc/\(process)/net/\(table)") ?? "").split(separator: "\n").dropFirst() {
        let columns = line.split(separator: " ")
        guard columns.count > 9, columns[3] == "01", sockets.contains(String(columns[9])) else { continue }
        let port = Int(columns[2].split(separator: ":").last ?? "", radix: 16) ?? 0
        counts["\(port)", default: 0] += 1
      }
    }
    peak = max(peak, counts.values.reduce(0, +))
    peakByPort.merge(counts, uniquingKeysWith: max)
  }

  /// The inode of a descriptor that is a socket.
  private func socket(_ descriptor: String) -> String? {
    var target = [UInt8](repeating: 0, count: 64)
    let length = target.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map {
        readlink("/proc/\(process)/fd/\(descriptor)", $0.assumingMemoryBound(to: CChar.self), buffer.count)
      } ?? -1
    }
    let text = String(decoding: target.prefix(max(0, length)), as: UTF8.self)
    return text.hasPrefix("socket:[") ? String(text.dropFirst(8).dropLast()) : nil
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
