import Synchronization

/// A run of steps, alive on a terminal: drawn when something changed, at most ten times a second.
public final class ProgressScreen: Sendable {
  private let state = Mutex((picture: ProgressState(), hasChanged: true))
  private let region: LiveRegion
  private let channel: Channel
  private let palette: Palette
  private let elapsed: @Sendable () -> Duration

  /// Prepares the screen; ``run()`` draws it.
  ///
  /// - Parameters:
  ///   - channel: The terminal.
  ///   - palette: The colours.
  ///   - elapsed: The time since the beginning of the run.
  public init(on channel: Channel, palette: Palette, elapsed: @escaping @Sendable () -> Duration) {
    self.channel = channel
    region = LiveRegion(on: channel)
    self.palette = palette
    self.elapsed = elapsed
  }

  /// Changes what is to be drawn.
  public func update(_ body: (inout ProgressState) -> Void) {
    state.withLock { state in
      body(&state.picture)
      state.hasChanged = true
    }
  }

  /// Lets lines pass above the picture, where they stay.
  public func passAbove(_ lines: [String]) { region.passAbove(lines) }

  /// Draws until cancelled, then a last time, and gives the cursor back.
  public func run() async {
    var turn = 0
    while !Task.isCancelled {
      // The spinners and clocks alone are worth every second turn.
      if state.withLock({ $0.hasChanged }) || turn % 2 == 0 { draw() }
      turn += 1
      // The pace of an animation; nothing is awaited with it.
      try? await ContinuousClock().sleep(for: .milliseconds(100))
    }
    draw()
    region.leave()
  }

  private func draw() {
    let size = channel.size ?? (columns: 80, lines: 24)
    let picture = state.withLock { state in
      state.hasChanged = false
      return state.picture
    }
    region.show(picture.draw(width: size.columns, height: size.lines - 1, now: elapsed(), palette: palette))
  }
}
