/// One interruption of `create`.
public struct Kill: Sendable, CustomStringConvertible {
  /// When it comes.
  public enum Moment: Sendable {
    /// Right after so many steps have started or finished.
    case boundary(Int)
    /// So long after the program started.
    case after(Duration)
  }

  /// The signals, by name.
  public enum Signal: Int32, CaseIterable, Sendable {
    case kill = 9
    case interrupt = 2
    case terminate = 15
  }

  /// When.
  public var moment: Moment
  /// What.
  public var signal: Signal

  /// A signal at a moment.
  public init(moment: Moment, signal: Signal) {
    self.moment = moment
    self.signal = signal
  }

  /// For the record.
  public var description: String {
    let name =
      switch signal {
      case .kill: "SIGKILL"
      case .interrupt: "SIGINT"
      case .terminate: "SIGTERM"
      }
    switch moment {
    case .boundary(let number): return "\(name) at step boundary \(number)"
    case .after(let time): return "\(name) after \(time / .milliseconds(1)) ms"
    }
  }

  /// A seeded choice: every boundary with every signal in random order, and random moments in between; then random
  /// moments alone.
  /// - Parameters:
  ///   - count: how many.
  ///   - boundaries: how many step boundaries a run has.
  ///   - duration: how long a run takes.
  ///   - seed: the same seed chooses the same kills.
  /// - Returns: the kills.
  public static func choose(_ count: Int, boundaries: Int, duration: Duration, seed: UInt64) -> [Kill] {
    var generator = SeededGenerator(seed: seed)
    var systematic = (1...max(1, boundaries)).flatMap { number in
      Signal.allCases.map { Kill(moment: .boundary(number), signal: $0) }
    }.shuffled(using: &generator)
    let milliseconds = max(1, Int(duration / .milliseconds(1)))
    return (0..<count).map { index in
      if index % 2 == 0, let kill = systematic.popLast() { return kill }
      let time = Duration.milliseconds(Int.random(in: 1...milliseconds, using: &generator))
      let signal = Signal.allCases.randomElement(using: &generator) ?? .kill
      // SIGKILL is the one that nothing can prepare for.
      return Kill(moment: .after(time), signal: index % 4 == 1 ? .kill : signal)
    }
  }
}
