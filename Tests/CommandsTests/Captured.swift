import Glibc
import Terminal
import Testing

@testable import Commands

/// What commands write to a console whose ends are pipes.
struct Captured {
  let result: String
  let rest: String

  init(_ body: (Console) throws -> Void) throws {
    let ends = try Ends()
    try body(ends.console)
    (result, rest) = ends.texts()
  }

  init(_ body: (Console) async throws -> Void) async throws {
    let ends = try Ends()
    try await body(ends.console)
    (result, rest) = ends.texts()
  }

  /// Two pipes, small enough in use to hold all that a test writes.
  private struct Ends {
    let output: [Int32]
    let error: [Int32]
    var console: Console {
      Console(
        environment: [:], color: .never, output: Channel(descriptor: output[1]), error: Channel(descriptor: error[1]))
    }

    init() throws {
      var (output, error): ([Int32], [Int32]) = ([0, 0], [0, 0])
      try #require(pipe(&output) == 0 && pipe(&error) == 0)
      // Programs that other tests start would hold them open, and reading wait for their end.
      for end in output + error { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (self.output, self.error) = (output, error)
    }

    func texts() -> (String, String) {
      func text(_ ends: [Int32]) -> String {
        close(ends[1])
        defer { close(ends[0]) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(ends[0], &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
      }
      return (text(output), text(error))
    }
  }
}
