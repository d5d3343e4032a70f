/// What is measured, with its unit.
enum Measure: String, CaseIterable {
  case clusterReady = "cluster Ready"
  case clusterDelete = "cluster deleted"
  case clusterCPU = "… CPU of creating the cluster"
  case objectsApplied = "core objects applied"
  case healthy = "platform healthy, first time"
  case healthyPrepared = "platform healthy, from a prepared image"
  case healthyFromSnapshot = "platform healthy, from a snapshot"
  case cpu = "own CPU of that"
  case memory = "peak memory of that"
  case received = "received by the node's network"
  case noChange = "the same again, nothing to do"
  case oneFile = "one changed file until live"
  case secrets = "get secrets"
  case delete = "platform deleted"
  case version = "CPU of version"
  case binary = "size of the program"

  /// The unit that samples are kept in.
  var unit: String {
    switch self {
    case .memory, .received, .binary: "MiB"
    case .version: "ms"
    default: "s"
    }
  }
}

/// Everything that was measured, and what could not be.
struct Samples {
  private var values: [Measure: [Contender: [Double]]] = [:]
  /// Why something is missing, in order.
  private(set) var notes: [String] = []

  /// Keeps a number in the measure's unit.
  mutating func add(_ measure: Measure, _ contender: Contender, _ value: Double) {
    values[measure, default: [:]][contender, default: []].append(value)
  }

  /// Keeps a time; of the version in milliseconds, of everything else in seconds.
  mutating func add(_ measure: Measure, _ contender: Contender, _ time: Duration) {
    add(measure, contender, time / (measure.unit == "ms" ? .milliseconds(1) : .seconds(1)))
  }

  /// Keeps an amount of bytes, in MiB.
  mutating func add(_ measure: Measure, _ contender: Contender, bytes: Int) {
    add(measure, contender, Double(bytes) / 1_048_576)
  }

  /// Keeps why something is missing.
  mutating func note(_ text: String) { notes.append(text) }

  /// The median; nil without samples.
  func median(_ measure: Measure, _ contender: Contender) -> Double? {
    let sorted = (values[measure]?[contender] ?? []).sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Who has samples of anything.
  var contenders: [Contender] {
    Contender.allCases.filter { contender in values.values.contains { $0[contender] != nil } }
  }
}
