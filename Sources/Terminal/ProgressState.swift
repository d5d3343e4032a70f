/// What is known of a run of steps: the input of its picture.
public struct ProgressState: Sendable {
  /// One step.
  public struct Line: Sendable, Hashable {
    /// What a step is doing.
    public enum Status: Sendable, Hashable {
      /// It waits for others.
      case waiting
      /// It works since that time; the fraction of its work that is done, 0 to 1, where it is known.
      case running(since: Duration, fraction: Double?)
      /// It is done, and took that long.
      case done(took: Duration)
      /// It failed.
      case failed
      /// It was stopped because another failed.
      case stopped
    }

    /// Its stable name.
    public let id: String
    /// Its name for people.
    public let title: String
    /// The names of the steps that must be done before it.
    public let after: [String]
    /// What it is doing.
    public fileprivate(set) var status = Status.waiting
    /// A few words on what it does, or did.
    public fileprivate(set) var detail = ""
  }

  /// One line about the whole run.
  public var heading: String?
  /// The steps in the order of the plan.
  public private(set) var lines: [Line] = []
  /// What is done after a failure: `removing node localdev-control-plane`.
  public var cleanup: String?

  /// Nothing yet.
  public init() {}

  /// Adds a step.
  public mutating func plan(_ id: String, title: String, after: [String]) {
    lines.append(Line(id: id, title: title, after: after))
  }

  /// The step started. Times are since the beginning of the run.
  public mutating func start(_ id: String, at time: Duration) {
    change(id) { $0.status = .running(since: time, fraction: nil) }
  }

  /// The step says what it does; ignored unless it runs.
  public mutating func progress(_ id: String, _ message: String, fraction: Double?) {
    change(id) { line in
      guard case .running(let since, _) = line.status else { return }
      line.status = .running(since: since, fraction: fraction)
      line.detail = message
    }
  }

  /// The step is done.
  public mutating func finish(_ id: String, took duration: Duration, detail: String?) {
    change(id) { line in
      line.status = .done(took: duration)
      line.detail = detail ?? ""
    }
  }

  /// The step failed; others that run are stopped.
  public mutating func fail(_ id: String, _ message: String) {
    change(id) { line in
      line.status = .failed
      line.detail = message
    }
    stopRunning()
  }

  /// Nothing runs any more.
  public mutating func stopRunning() {
    for index in lines.indices {
      if case .running = lines[index].status {
        lines[index].status = .stopped
        lines[index].detail = "stopped"
      }
    }
  }

  /// The step of that name.
  public subscript(id: String) -> Line? { lines.first { $0.id == id } }

  private mutating func change(_ id: String, _ body: (inout Line) -> Void) {
    guard let index = lines.firstIndex(where: { $0.id == id }) else { return }
    body(&lines[index])
  }
}
