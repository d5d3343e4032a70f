import DockerEngine
import Testing

@testable import Bootstrap

@Suite struct PullSummaryTests {
  @Test("layers are added up to one line")
  func sum() {
    var summary = PullSummary()
    _ = summary.take(PullProgress(layer: "a", status: "Downloading", current: 1_000_000, total: 4_000_000))
    let line = summary.take(PullProgress(layer: "b", status: "Downloading", current: 2_000_000, total: 2_000_000))
    #expect(line?.text == "0 of 2 layers, 3 of 6 MB")
    #expect(line?.fraction == 0.5)
    #expect(summary.take(PullProgress(layer: "b", status: "Pull complete"))?.text == "1 of 2 layers, 3 of 6 MB")
  }

  @Test("messages that are not about a layer say nothing")
  func others() {
    var summary = PullSummary()
    #expect(summary.take(PullProgress(status: "Status: Image is up to date")) == nil)
    #expect(summary.take(PullProgress(layer: "v1.36.1", status: "Pulling from kindest/node")) == nil)
  }
}
