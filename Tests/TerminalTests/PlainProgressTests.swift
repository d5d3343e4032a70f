import Terminal
import Testing

@Suite struct PlainProgressTests {
  private var state: ProgressState {
    var state = ProgressState()
    state.heading = "Platform localdev"
    state.plan("node", title: "node", after: [])
    state.plan("gitea", title: "gitea", after: ["node"])
    return state
  }

  @Test("a line when a step ends, and nothing twice")
  func ends() {
    var plain = PlainProgress()
    var state = state
    state.start("node", at: .zero)
    #expect(plain.lines(for: state, now: .zero) == ["Platform localdev"])
    state.progress("node", "booting", fraction: nil)
    #expect(plain.lines(for: state, now: .seconds(1)) == [])
    state.finish("node", took: .milliseconds(1300), detail: "localdev-control-plane")
    #expect(plain.lines(for: state, now: .seconds(2)) == ["✓ node: localdev-control-plane (1.3 s)"])
    state.start("gitea", at: .seconds(2))
    #expect(plain.lines(for: state, now: .seconds(2)) == [])
    state.fail("gitea", "no such host")
    state.cleanup = "removing node"
    #expect(plain.lines(for: state, now: .seconds(3)) == ["✗ gitea: no such host", "↶ removing node"])
    #expect(plain.lines(for: state, now: .seconds(4)) == [])
  }

  @Test("a step that takes long is heard of every five seconds when it says something new")
  func pace() {
    var plain = PlainProgress()
    var state = state
    state.start("node", at: .zero)
    _ = plain.lines(for: state, now: .zero)
    state.progress("node", "waiting for containerd", fraction: nil)
    #expect(plain.lines(for: state, now: .milliseconds(4900)) == [])
    #expect(plain.lines(for: state, now: .seconds(5)) == ["· node: waiting for containerd (5 s)"])
    #expect(plain.lines(for: state, now: .seconds(11)) == [])
    state.progress("node", "still", fraction: 0.5)
    #expect(plain.lines(for: state, now: .seconds(12)) == ["· node: still (50 %, 12 s)"])
    #expect(plain.lines(for: state, now: .seconds(13)) == [])
  }
}
