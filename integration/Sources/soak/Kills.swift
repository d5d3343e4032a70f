import Endurance
import Harness

/// `soak kill`: as many kills as asked for; prints each, and the sum.
/// - Returns: how many went wrong.
func soakKills(_ settings: SoakSettings) async throws -> Int {
  let begin = ContinuousClock.now
  let test = try await KillTest()
  say("seed \(settings.seed); undisturbed: \(test.boundaries) step boundaries in \(test.duration)")
  let kills = Kill.choose(
    settings.count, boundaries: test.boundaries, duration: test.duration + .milliseconds(200), seed: settings.seed)
  let end = settings.end
  var (done, late, failures) = (0, 0, 0)
  var left = kills.enumerated().map { ($0.offset + 1, $0.element) }[...]
  await withTaskGroup(of: Verdict.self) { group in
    func begin() {
      if let end, end < .now { return }
      guard let (number, kill) = left.popFirst() else { return }
      group.addTask {
        do {
          let outcome = try await test.run(kill)
          return Verdict(line: "\(number) \(kill): \(outcome), then healthy", isLate: outcome == "too late")
        } catch {
          return Verdict(line: "\(number) ✗ \(error)", isFailure: true)
        }
      }
    }
    for _ in 0..<settings.parallel { begin() }
    while let verdict = await group.next() {
      say(verdict.line)
      done += 1
      if verdict.isLate { late += 1 }
      if verdict.isFailure { failures += 1 }
      begin()
    }
  }
  say(
    "\(done) kills (\(late) came after the end), \(failures) failures, seed \(settings.seed), "
      + "\(begin.duration(to: .now))")
  return failures
}

private struct Verdict: Sendable {
  var line: String
  var isLate = false
  var isFailure = false
}

/// `soak concurrent`: two creates at the same time, again and again.
/// - Returns: how many went wrong.
func soakConcurrent(_ settings: SoakSettings) async throws -> Int {
  var failures = 0
  for number in 1...settings.count {
    do {
      try await ConcurrentCreates.sameName()
      try await ConcurrentCreates.twoNames()
    } catch {
      failures += 1
      say("\(number) ✗ \(error)")
    }
  }
  say("\(settings.count) pairs of each kind, \(failures) failures")
  return failures
}
