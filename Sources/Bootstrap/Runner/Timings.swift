/// Where the time of a run went, read back from its events (`--timings`).
public struct Timings: Sendable {
  /// One step.
  public struct Entry: Sendable, Hashable {
    /// The step.
    public let id: StepID
    /// Its name for people.
    public let title: String
    /// When it started, since the beginning of the run.
    public let start: Duration
    /// How long it took.
    public let duration: Duration
    /// Whether there was nothing to do.
    public let skipped: Bool
    /// Whether the run would have been shorter had this step been quicker.
    public fileprivate(set) var isCritical: Bool
  }

  /// The steps that finished, in the order in which they started.
  public let entries: [Entry]
  /// The whole run, nil when it did not finish.
  public let total: Duration?

  /// Reads events of one run; progress may be left out of them.
  public init(_ events: some Sequence<Event>) {
    var titles: [StepID: String] = [:]
    var needs: [StepID: [StepID]] = [:]
    var starts: [StepID: Duration] = [:]
    var entries: [Entry] = []
    var total: Duration?
    for event in events {
      switch event.kind {
      case .stepPlanned(let id, let title, let after): (titles[id], needs[id]) = (title, after)
      case .stepStarted(let id): starts[id] = event.elapsed
      case .stepFinished(let id, let duration, _, let skipped):
        let start = starts[id] ?? (event.elapsed - duration)
        entries.append(
          Entry(
            id: id, title: titles[id] ?? id.rawValue, start: start, duration: duration, skipped: skipped,
            isCritical: false))
      case .finished(let duration): total = duration
      default: break
      }
    }
    let critical = Timings.criticalPath(entries, needs)
    for index in entries.indices { entries[index].isCritical = critical.contains(entries[index].id) }
    self.entries = entries.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
      .map(\.element)
    self.total = total
  }

  /// From the step that ended last back through, each time, the need that ended last.
  private static func criticalPath(_ entries: [Entry], _ needs: [StepID: [StepID]]) -> Set<StepID> {
    let ends = Dictionary(entries.map { ($0.id, $0.start + $0.duration) }) { $1 }
    var path: Set<StepID> = []
    var current = entries.max { $0.start + $0.duration < $1.start + $1.duration }?.id
    while let id = current, path.insert(id).inserted {
      current = needs[id]?.max { (ends[$0] ?? .zero) < (ends[$1] ?? .zero) }
    }
    return path
  }
}
