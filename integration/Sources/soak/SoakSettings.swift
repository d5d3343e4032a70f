/// What a long run is asked for.
struct SoakSettings {
  enum Command: String {
    case kill
    case concurrent
    case faults
    case requests
    case engineRestarts = "daemon-restart"
  }

  var command: Command
  var count = 200
  var seed = UInt64.random(in: 1...999_999)
  var only: String?
  var fault: String?
  var minutes: Int?
  var parallel = 1
  var record: String?

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    guard let word = rest.popFirst(), let command = Command(rawValue: word) else { return nil }
    self.command = command
    if command == .engineRestarts { count = 1 }
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch option {
      case "--count":
        guard let number = Int(value), number > 0 else { return nil }
        count = number
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      case "--only": only = value
      case "--fault": fault = value
      case "--record": record = value
      case "--parallel":
        guard let number = Int(value), number > 0 else { return nil }
        parallel = number
      case "--minutes":
        guard let number = Int(value), number > 0 else { return nil }
        minutes = number
      default: return nil
      }
    }
  }

  /// When to begin nothing more.
  var end: ContinuousClock.Instant? { minutes.map { .now + .seconds($0 * 60) } }
}
