import Bootstrap
import Testing

@Suite struct TimingsTests {
  @Test("timings list steps by start, with the chain that decided the total")
  func criticalPath() {
    func done(_ id: StepID, at end: Int, took: Int, skipped: Bool = false) -> [Event] {
      [
        Event(at: .seconds(end - took), .stepStarted(id)),
        Event(at: .seconds(end), .stepFinished(id, duration: .seconds(took), detail: nil, skipped: skipped)),
      ]
    }
    let events =
      [
        Event(at: .zero, .stepPlanned("image", title: "node image", after: [])),
        Event(at: .zero, .stepPlanned("cert", title: "certificate", after: [])),
        Event(at: .zero, .stepPlanned("node", title: "node", after: ["image"])),
        Event(at: .zero, .stepPlanned("dns", title: "dns", after: ["node", "cert"])),
      ] + done("cert", at: 1, took: 1) + done("image", at: 2, took: 2, skipped: true) + done("node", at: 5, took: 3)
      + done("dns", at: 6, took: 1) + [Event(at: .seconds(6), .finished(total: .seconds(6)))]
    let timings = Timings(events)
    #expect(timings.total == .seconds(6))
    #expect(Set(timings.entries.prefix(2).map(\.title)) == ["certificate", "node image"])
    #expect(timings.entries.suffix(2).map(\.title) == ["node", "dns"])
    #expect(Set(timings.entries.filter(\.isCritical).map(\.id)) == ["image", "node", "dns"])
    #expect(timings.entries.filter(\.skipped).map(\.id) == ["image"])
  }

  @Test("a run that did not finish has no total")
  func unfinished() {
    let timings = Timings([Event(at: .zero, .stepPlanned("a", title: "a", after: []))])
    #expect(timings.total == nil)
    #expect(timings.entries.isEmpty)
  }
}
