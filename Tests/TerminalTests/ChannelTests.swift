import Glibc
import Testing

@testable import Terminal

@Suite struct ChannelTests {
  /// What reaches the other end of a pipe.
  private func captured(_ body: (Channel) throws -> Void) throws -> String {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    try body(Channel(descriptor: ends[1]))
    close(ends[1])
    defer { close(ends[0]) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(ends[0], &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  @Test("lines arrive whole")
  func say() throws {
    #expect(try captured { $0.say(["✓ a", "b"]) } == "✓ a\nb\n")
  }

  @Test("a disk that is full is an error with the system's words")
  func full() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let error = #expect(throws: OutputError.self) { try Channel(descriptor: descriptor).write("x") }
    #expect(error?.description == "No space left on device")
  }

  @Test("that a reader has gone is known once something was written to it")
  func hasReader() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[1]) }
    let channel = Channel(descriptor: ends[1])
    try channel.write("x")
    #expect(channel.hasReader)
    close(ends[0])
    try channel.write("x")
    #expect(!channel.hasReader)
  }

  @Test("a reader that has gone is no error")
  func gone() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let channel = Channel(descriptor: ends[1])
    try channel.write("x")
    try channel.write("y")
  }

  @Test("a live region is drawn over the last one, lines that stay pass above, and the cursor comes back")
  func region() throws {
    let text = try captured { channel in
      let region = LiveRegion(on: channel)
      region.show(["a", "b"])
      region.show(["a", "b"])
      region.passAbove(["log"])
      region.show(["c"])
      region.leave()
    }
    #expect(
      text == "\u{1B}[?25l\ra\u{1B}[K\nb\u{1B}[K\n\u{1B}[J" + "\u{1B}[2A\rlog\u{1B}[K\na\u{1B}[K\nb\u{1B}[K\n\u{1B}[J"
        + "\u{1B}[2A\rc\u{1B}[K\n\u{1B}[J" + "\u{1B}[?25h")
  }
}
