import Terminal
import Testing

@Suite struct ProgressDrawTests {
  /// The run of the picture in the README, at 20 s.
  private var state: ProgressState {
    var state = ProgressState()
    state.heading = "Platform localdev · Docker Engine 28.2 · kindest/node:v1.36.1"
    state.plan("image", title: "node image", after: [])
    state.plan("node", title: "node", after: ["image"])
    state.plan("gitea", title: "gitea", after: ["node"])
    state.plan("argocd", title: "argocd", after: ["node"])
    state.plan("end", title: "hand-over", after: ["node", "gitea", "argocd"])
    state.start("image", at: .zero)
    state.finish("image", took: .milliseconds(30), detail: "present")
    state.start("node", at: .milliseconds(30))
    state.finish("node", took: .milliseconds(1342), detail: "localdev-control-plane")
    state.start("gitea", at: .seconds(8))
    state.progress("gitea", "my-gitea 0/1: configuring admin", fraction: nil)
    state.start("argocd", at: .milliseconds(19_500))
    return state
  }

  @Test("each step has a line: mark, title, detail, and the time at one right edge")
  func picture() {
    #expect(
      state.draw(width: 100, now: .milliseconds(20_210)) == [
        "Platform localdev · Docker Engine 28.2 · kindest/node:v1.36.1",
        "  ✓ node image      present",
        "  ✓ node            localdev-control-plane                     1.3 s",
        "  ⠹ gitea           my-gitea 0/1: configuring admin             12 s",
        "  ⠹ argocd",
        "  · hand-over       waits for gitea, argocd",
      ])
  }

  @Test("no line is wider than the terminal, whatever its width", arguments: 1...90)
  func width(_ width: Int) {
    var state = state
    state.progress("argocd", "圖像 pulling quay.io/argoproj/argocd:v3.5.1 👩‍👩‍👧 from far away", fraction: 0.7)
    for line in state.draw(width: width, now: .seconds(30)) { #expect(line.columns <= width) }
  }

  @Test("a narrow terminal keeps title and the start of the detail")
  func narrow() {
    #expect(
      state.draw(width: 44, now: .milliseconds(20_210))[2...3] == [
        "  ✓ node            localdev-contro…   1.3 s",
        "  ⠹ gitea           my-gitea 0/1: c…    12 s",
      ])
    #expect(state.draw(width: 24, now: .milliseconds(20_210))[3] == "⠹ gitea my-gitea 0/1: c…")
  }

  @Test("a known fraction is a bar on a wide terminal and a percentage on a narrow one")
  func fraction() {
    var state = state
    state.progress("argocd", "12 of 40 MB", fraction: 0.3)
    #expect(
      state.draw(width: 80, now: .milliseconds(21_510))[4]
        == "  ⠴ argocd          ███░░░░░░░ 12 of 40 MB                       2 s")
    #expect(state.draw(width: 50, now: .milliseconds(19_510))[4] == "  ⠴ argocd          30 % 12 of 40 MB")
  }

  @Test("a fraction outside 0 to 1 is brought inside", arguments: [-1.0, 7, .infinity])
  func wrongFraction(_ fraction: Double) {
    var state = state
    state.progress("argocd", "pulling", fraction: fraction)
    #expect(state.draw(width: 80, now: .seconds(20))[4].contains(fraction < 0 ? "░░░░░░░░░░" : "██████████"))
  }

  @Test("a failure marks its step, and stops the spinners of the others")
  func failure() {
    var state = state
    state.fail("gitea", "image cannot be pulled")
    state.cleanup = "removing node localdev-control-plane"
    #expect(
      state.draw(width: 80, now: .seconds(21))[3...] == [
        "  ✗ gitea           image cannot be pulled", "  - argocd          stopped",
        "  · hand-over       waits for gitea, argocd", "  ↶ removing node localdev-control-plane",
      ])
  }

  @Test("too few lines keep what is at work and leave out what is done")
  func height() {
    #expect(
      state.draw(width: 80, height: 4, now: .milliseconds(20_010)) == [
        "Platform localdev · Docker Engine 28.2 · kindest/node:v1.36.1", "    … 3 more",
        "  ⠋ gitea           my-gitea 0/1: configuring admin             12 s", "  ⠋ argocd",
      ])
    for height in 1...8 { #expect(state.draw(width: 80, height: height, now: .seconds(1)).count <= height) }
  }

  @Test("text from elsewhere cannot steer the terminal")
  func hostile() {
    var state = state
    state.progress("gitea", "a\u{1B}[2Jb\r\nc\u{202E}d", fraction: nil)
    #expect(state.draw(width: 80, now: .seconds(8))[3] == "  ⠋ gitea           a[2Jb cd")
  }

  @Test("with a palette the same text is coloured")
  func coloured() {
    let line = state.draw(width: 80, now: .seconds(20), palette: Palette(isOn: true))[1]
    #expect(line == "  \u{1B}[32m✓\u{1B}[0m node image      present")
  }
}
