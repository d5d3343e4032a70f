import Glibc
import Terminal
import Testing

@Suite struct ProgressScreenTests {
  /// A terminal of our own, and what a program writes to it.
  private struct PseudoTerminal {
    let master: Int32
    let slave: Int32

    init() throws {
      // ioctl_tty(2): TIOCSPTLCK unlocks, TIOCGPTPEER opens the other end; the macros are not visible to Swift.
      var locked: Int32 = 0
      master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      try #require(master >= 0 && ioctl(master, 0x4004_5431, &locked) == 0)
      slave = ioctl(master, 0x5441, O_RDWR | O_NOCTTY)
      try #require(slave >= 0)
      var size = winsize(ws_row: 10, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0)
      try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
    }

    /// What was written; ends the terminal.
    func text() -> String {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = read(master, &buffer, buffer.count)
      close(slave)
      close(master)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }

  @Test("a cancelled screen draws the last state at the terminal's width, and gives the cursor back")
  func cancelled() async throws {
    let terminal = try PseudoTerminal()
    let channel = Channel(descriptor: terminal.slave)
    #expect(channel.isTerminal)
    #expect(channel.size?.columns == 40)
    let screen = ProgressScreen(on: channel, palette: .plain, elapsed: { .seconds(2) })
    let drawing = Task { await screen.run() }
    screen.update {
      $0.plan("node", title: "node", after: [])
      $0.start("node", at: .zero)
      $0.finish("node", took: .seconds(2), detail: "a name that is far too long for this terminal")
    }
    drawing.cancel()
    await drawing.value
    let text = terminal.text()
    #expect(text.contains("  ✓ node            a name that…   2.0 s\u{1B}[K"))
    #expect(text.hasSuffix("\u{1B}[?25h"))
  }
}
