import Terminal
import Testing

@Suite struct TextTests {
  @Test(
    "the columns of a text are those that terminals use",
    arguments: [
      ("", 0), ("node", 4), ("é", 1), ("e\u{301}", 1), ("圖像", 4), ("👩‍👩‍👧", 2), ("⠹✓·", 3), ("🇩🇪", 2), ("\u{200B}a", 1),
    ])
  func columns(_ text: String, _ columns: Int) {
    #expect(text.columns == columns)
  }

  @Test(
    "a text is cut where it must be, never inside a character",
    arguments: [
      ("node", 4, "node"), ("node", 3, "no…"), ("node", 1, "…"), ("node", 0, ""), ("圖像", 4, "圖像"), ("圖像", 3, "圖…"),
      ("圖像", 2, "…"), ("", 0, ""),
    ])
  func truncation(_ text: String, _ limit: Int, _ expected: String) {
    #expect(text.truncated(to: limit) == expected)
  }

  @Test("words are wrapped, and a word that is too long has a line of its own")
  func wrapping() {
    #expect("a bc def".wrapped(to: 4) == ["a bc", "def"])
    #expect("abcdefgh ij".wrapped(to: 4) == ["abcdefgh", "ij"])
    #expect("".wrapped(to: 4) == [""])
  }

  @Test(
    "spans are short",
    arguments: [
      (Duration.milliseconds(40), "0.0 s"), (.milliseconds(1349), "1.3 s"), (.milliseconds(9999), "9.9 s"),
      (.seconds(10), "10 s"), (.seconds(65), "1 min 05 s"), (.seconds(3725), "1 h 02 min"),
    ])
  func durations(_ duration: Duration, _ text: String) {
    #expect(duration.text == text)
  }

  @Test("colour is on as asked, and by itself only on a terminal that wants it")
  func colour() {
    #expect(ColorMode.always.isOn(isTerminal: false, environment: ["NO_COLOR": "1"]))
    #expect(!ColorMode.never.isOn(isTerminal: true, environment: [:]))
    #expect(ColorMode.auto.isOn(isTerminal: true, environment: ["NO_COLOR": "", "TERM": "xterm"]))
    #expect(!ColorMode.auto.isOn(isTerminal: true, environment: ["NO_COLOR": "1"]))
    #expect(!ColorMode.auto.isOn(isTerminal: true, environment: ["TERM": "dumb"]))
    #expect(!ColorMode.auto.isOn(isTerminal: false, environment: [:]))
  }
}
