import Synchronization

/// Output of a command, gathered up to a limit.
final class CollectedOutput: Sendable {
  private let limit: Int
  private let state = Mutex((stdout: [UInt8](), stderr: [UInt8](), isTooLarge: false))

  init(limit: Int) { self.limit = limit }

  func append(_ stream: OutputStream, _ bytes: [UInt8]) {
    state.withLock { state in
      guard state.stdout.count + state.stderr.count + bytes.count <= limit else {
        state.isTooLarge = true
        return
      }
      switch stream {
      case .stdout: state.stdout += bytes
      case .stderr: state.stderr += bytes
      }
    }
  }

  var contents: (stdout: [UInt8], stderr: [UInt8], isTooLarge: Bool) { state.withLock { $0 } }
}
