/// A promise about a measure.
struct Target {
  /// Of what.
  let measure: Measure
  /// The largest value that keeps the promise: a ratio if there is somebody to compare with, else in the measure's unit.
  let limit: Double
  /// Whom it compares with, and in which measure.
  let peer: (contender: Contender, measure: Measure)?

  private init(_ measure: Measure, _ limit: Double, of contender: Contender? = nil, in other: Measure? = nil) {
    self.measure = measure
    self.limit = limit
    peer = contender.map { ($0, other ?? measure) }
  }

  /// What the project promises itself; docs/performance.md says how it stands.
  static let all = [
    Target(.clusterReady, 0.4, of: .kind),
    Target(.clusterDelete, 0.8, of: .kind),
    Target(.healthy, 0.4, of: .peer),
    Target(.healthy, 0.55, of: .byHand),
    Target(.healthyPrepared, 0.4, of: .peer, in: .healthy),
    Target(.healthyFromSnapshot, 0.25, of: .peer, in: .healthy),
    Target(.noChange, 1),
    Target(.oneFile, 0.25, of: .peer),
    Target(.secrets, 0.5, of: .byHand),
    Target(.delete, 0.3, of: .peer),
    Target(.cpu, 1),
    Target(.memory, 40),
    Target(.version, 12),
    Target(.binary, 30),
  ]

  /// The number that is held against the limit; nil if something was not measured.
  func value(in samples: Samples) -> Double? {
    guard let ours = samples.median(measure, .ours) else { return nil }
    guard let peer else { return ours }
    return samples.median(peer.measure, peer.contender).map { ours / $0 }
  }
}
