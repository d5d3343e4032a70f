import ClusterAPI
import Documents
import Glibc
import NodeServer
import Synchronization

/// The cluster's state, shared by connections and controllers; every change is written to the journal and signalled.
final class Cluster: Sendable {
  private let state: Mutex<ClusterState>
  private let listeners = Mutex<[Int32]>([])
  private let tokens = Mutex<[String: (user: String, groups: [String])]>([:])
  private let journal: Int32

  /// - Parameters:
  ///   - journalPath: where changes are kept; nil to keep them in memory only. What is there is restored.
  ///   - version: what `/version` says.
  init(journalPath: String?, version: String) {
    var restored = ClusterState()
    restored.version = version
    guard let journalPath else {
      journal = -1
      state = Mutex(restored)
      return
    }
    if let bytes = Files.read(journalPath) {
      restored.restore(journal: bytes)
      Files.write(journalPath, restored.compactedJournal())
    }
    journal = open(journalPath, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    state = Mutex(restored)
  }

  /// Looks at the state, or changes it.
  func perform<Result: Sendable>(_ body: (inout ClusterState) -> Result) -> Result {
    let (result, changed) = state.withLock { state in
      let before = state.revision
      let result = body(&state)
      let changed = state.revision != before
      if changed {
        let lines = state.takeJournal()
        if journal >= 0 { lines.withUnsafeBytes { _ = Glibc.write(journal, $0.baseAddress, $0.count) } }
      }
      return (result, changed)
    }
    if changed { signal() }
    return result
  }

  // MARK: Listeners

  /// A descriptor that becomes readable after each change.
  func listen() -> Listening {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    listeners.withLock { $0.append(ends[1]) }
    return Listening(read: ends[0], write: ends[1])
  }

  /// Ends a listening.
  func stop(_ listening: Listening) {
    listeners.withLock { $0.removeAll { $0 == listening.write } }
    close(listening.read)
    close(listening.write)
  }

  /// Makes every listener look again.
  func wake() { signal() }

  private func signal() {
    listeners.withLock { listeners in
      for listener in listeners {
        var byte: UInt8 = 1
        _ = Glibc.write(listener, &byte, 1)
      }
    }
  }

  // MARK: Tokens

  /// Lets a bearer token stand for a user.
  func accept(token: String, user: String, groups: [String]) {
    tokens.withLock { $0[token] = (user, groups) }
  }

  /// Who a bearer token stands for.
  func user(token: String) -> (user: String, groups: [String])? { tokens.withLock { $0[token] } }
}

/// Both ends of a pipe that carries the news of changes.
struct Listening: Sendable {
  /// Readable after a change.
  let read: Int32
  let write: Int32

  /// Takes the news, so that the descriptor is quiet again.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 512)
    while Glibc.read(read, &bytes, bytes.count) == bytes.count {}
  }
}
