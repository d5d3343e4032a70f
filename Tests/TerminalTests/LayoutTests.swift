import Diagnostics
import Terminal
import Testing

@Suite struct LayoutTests {
  @Test("a table is aligned, without spaces at line ends")
  func table() {
    let table = Table(
      columns: ["NAME", "STATUS", "NODE"],
      rows: [["localdev", "running", "v1.36.1"], ["圖", "stopped\nsince", "v1.35.0"], ["short"]])
    #expect(
      table.lines == [
        "NAME       STATUS          NODE", "localdev   running         v1.36.1", "圖         stopped since   v1.35.0",
        "short",
      ])
  }

  @Test("a failure says what, cause, remedy and state, each on its line")
  func failure() {
    let failure = Failure(
      "gitea: image x cannot be pulled", cause: "no such host\n(kubelet)", remedy: "idpbuilder doctor",
      state: "the cluster is kept")
    #expect(
      failure.lines(.plain) == [
        "✗ gitea: image x cannot be pulled", "  cause  no such host", "         (kubelet)",
        "  try    idpbuilder doctor",
        "  state  the cluster is kept",
      ])
    #expect(Failure("no").lines(.plain) == ["✗ no"])
  }

  @Test("a failure is wrapped for a terminal, further lines set in")
  func wrapped() {
    let failure = Failure("a node image cannot be pulled", cause: "lookup of the registry failed")
    #expect(
      failure.lines(.plain, width: 30) == [
        "✗ a node image cannot be", "  pulled", "  cause  lookup of the", "         registry failed",
      ])
  }

  @Test("colour adds sequences and changes no text")
  func colour() {
    let lines = Failure("no", cause: "why").lines(Palette(isOn: true))
    #expect(lines == ["\u{1B}[1;31m✗\u{1B}[0m \u{1B}[1mno\u{1B}[0m", "\u{1B}[2m  cause  \u{1B}[0mwhy"])
  }
}
