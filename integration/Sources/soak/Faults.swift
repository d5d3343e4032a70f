import Endurance
import FaultProxy
import Harness

/// `soak faults`: every kind of request meets every fault.
/// - Returns: how many went wrong.
func soakFaults(_ settings: SoakSettings) async throws -> Int {
  let begin = ContinuousClock.now
  let end = settings.end
  let matrix = try await FaultMatrix()
  let numbers = Dictionary(grouping: matrix.requests, by: \.pattern)
  say("\(matrix.requests.count) requests of \(matrix.kinds.count) kinds")
  for kind in matrix.kinds { say("  \(kind) ×\(numbers[kind]?.count ?? 0)") }
  let record = try FaultRecord(settings.record)
  for fault in Fault.allCases where settings.fault.map({ $0 == fault.rawValue }) ?? true {
    let sweep = FaultSweep(fault, matrix, end: end) { kind, verdict in
      record.add(fault: fault.rawValue, kind, verdict)
    }
    let kinds = matrix.kinds.filter { kind in
      !record.has(fault: fault.rawValue, kind) && (settings.only.map { kind.contains($0) } ?? true)
    }
    await sweep.run(kinds, width: settings.parallel)
    say(record.sum(fault: fault.rawValue))
  }
  say("\(begin.duration(to: .now))")
  return record.failures
}

/// `soak requests`: single requests, chosen by the seed, each meets one fault alone.
/// - Returns: how many went wrong.
func soakRequests(_ settings: SoakSettings) async throws -> Int {
  let end = settings.end
  let matrix = try await FaultMatrix()
  var generator = SeededGenerator(seed: settings.seed)
  let cases = matrix.requests.flatMap { key in Fault.allCases.map { (key, $0) } }
    .filter { key, fault in
      (settings.fault.map { $0 == fault.rawValue } ?? true)
        && (settings.only.map { key.description.contains($0) } ?? true)
    }.shuffled(using: &generator)
  say("seed \(settings.seed); \(cases.count) pairs of request and fault, of which at most \(settings.count) are tried")
  var (recovered, gaveUp, missed, failures) = (0, 0, 0, 0)
  for (key, fault) in cases.prefix(settings.count) {
    if let end, end < .now { break }
    do {
      let run = try await matrix.run(fault, once: false) { $0.pattern == key.pattern && $0.ordinal == key.ordinal }
      switch run.outcome {
      case .recovered where run.injected.isEmpty:
        missed += 1
      case .recovered:
        recovered += 1
        say("\(fault.rawValue) at \(key): recovered in \(run.duration)")
      case .gaveUp(let message):
        gaveUp += 1
        say("\(fault.rawValue) at \(key): \(message) after \(run.duration)")
      }
    } catch {
      failures += 1
      say("✗ \(error)")
    }
  }
  say(
    "\(recovered) recovered, \(gaveUp) ended with a clear error, \(missed) did not occur this time, "
      + "\(failures) failures, seed \(settings.seed)")
  return failures
}
