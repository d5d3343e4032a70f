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
  for (index, kill) in kills.enumerated() {
    if let end, end < .now { break }
    do {
      let outcome = try await test.run(kill)
      if outcome == "too late" { late += 1 }
      say("\(index + 1) \(kill): \(outcome), then healthy")
    } catch {
      failures += 1
      say("\(index + 1) ✗ \(error)")
    }
    done += 1
  }
  say(
    "\(done) kills (\(late) came after the end), \(failures) failures, seed \(settings.seed), "
      + "\(begin.duration(to: .now))")
  return failures
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
