import DockerEngine

/// Adds up an engine's messages about layers to one line for the whole image.
struct PullSummary {
  private var layers: [String: (current: Int64, total: Int64, isDone: Bool)] = [:]

  /// Takes the next message.
  ///
  /// - Parameter progress: As it came.
  /// - Returns: `3 of 7 layers, 120 of 400 MB`, and how much of the bytes known so far is there; nil if the message says
  ///   nothing about a layer.
  mutating func take(_ progress: PullProgress) -> (text: String, fraction: Double?)? {
    guard let layer = progress.layer else { return nil }
    var state = layers[layer] ?? (0, 0, false)
    switch progress.status {
    case "Downloading": state = (progress.current ?? state.current, progress.total ?? state.total, false)
    case "Download complete", "Extracting", "Verifying Checksum": state.current = state.total
    case "Pull complete", "Already exists": state = (state.total, state.total, true)
    case "Pulling fs layer", "Waiting": break
    default: return nil
    }
    layers[layer] = state
    let (done, total) = layers.values.reduce((Int64(0), Int64(0))) { ($0.0 + $1.current, $0.1 + $1.total) }
    let finished = layers.values.count(where: \.isDone)
    let text = "\(finished) of \(layers.count) layers, \(done / 1_000_000) of \(total / 1_000_000) MB"
    return (text, total > 0 ? Double(done) / Double(total) : nil)
  }
}
