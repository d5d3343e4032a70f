import Glibc
public import NodeServer
import Synchronization

/// Stands between a program and its server, and does to chosen requests what a ``FaultPlan`` says.
public final class FaultProxy: Sendable {
  /// Where a proxy listens.
  public enum Front: Sendable {
    /// A Unix socket.
    case unix(String)
    /// A free port of 127.0.0.1, with TLS; the context is asked for at each connection.
    case tls(@Sendable () -> TLSServerContext?)
  }

  private let front: Front
  private let behaviour: Mutex<ProxiedConnection.Behaviour?> = Mutex(nil)
  private let listener: Mutex<Listener>
  private let lastPause = Mutex<ContinuousClock.Instant?>(nil)
  /// The port, 0 for a Unix socket.
  public let port: UInt16

  /// Begins to listen.
  /// - Parameters:
  ///   - name: the server's name in the plan.
  ///   - front: where to listen.
  ///   - plan: what is done to whom.
  ///   - dial: makes a connection to the real server; nil if it cannot be reached.
  ///   - isRewritten: for which targets the bodies of answers are changed.
  ///   - rewrite: changes a body; nil if it cannot be changed.
  /// - Throws: ``ListenError``.
  public init(
    name: String, front: Front, plan: FaultPlan, dial: @escaping @Sendable () -> (any Transport)?,
    isRewritten: @escaping @Sendable (String) -> Bool = { _ in false },
    rewrite: @escaping @Sendable (String, [UInt8]) -> [UInt8]? = { $1 }
  ) throws(ListenError) {
    self.front = front
    let listening =
      switch front {
      case .unix(let path): try Listener(unixSocket: path)
      case .tls: try Listener(port: 0, address: "127.0.0.1")
      }
    listener = Mutex(listening)
    port = listening.port
    let behaviour = ProxiedConnection.Behaviour(
      server: name, plan: plan, dial: dial, pause: { [weak self] in self?.pause() }, rewrite: rewrite,
      isRewritten: isRewritten)
    self.behaviour.withLock { $0 = behaviour }
    serve(listening)
  }

  /// Ends listening.
  public func stop() { listener.withLock { $0.stop() } }

  private func serve(_ listener: Listener) {
    guard let behaviour = behaviour.withLock({ $0 }) else { return }
    let context: (@Sendable () -> TLSServerContext?)? = if case .tls(let context) = front { context } else { nil }
    listener.serveConnections(tls: context) { client in
      var connection = ProxiedConnection(client: client, behaviour: behaviour)
      connection.run()
    }
  }

  /// As if the server were started anew: for 300 ms nobody can connect. Once a second at most; a server that is hardly
  /// ever there is another fault.
  private func pause() {
    let isDue = lastPause.withLock { last in
      guard last.map({ .now - $0 > .seconds(1) }) ?? true else { return false }
      last = .now
      return true
    }
    guard isDue else { return }
    listener.withLock { listener in
      listener.stop()
      usleep(300_000)
      let next: Listener? =
        switch front {
        case .unix(let path): try? Listener(unixSocket: path)
        case .tls: try? Listener(port: port, address: "127.0.0.1")
        }
      guard let next else { return }
      listener = next
      serve(next)
    }
  }
}
