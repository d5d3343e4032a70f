public import Diagnostics
public import Documents
import HTTP
import Logging

/// Something that happened to the objects that are watched.
public enum WatchEvent: Sendable, Hashable {
  /// All objects that there are: at the start, and again when events may have been missed. What was known before and is
  /// not among them is gone.
  case snapshot([Value])
  /// An object appeared.
  case added(Value)
  /// An object changed.
  case modified(Value)
  /// An object is gone; this is its last state.
  case deleted(Value)
}

extension KubernetesClient {
  /// Follows what happens to objects, through lost connections and expired versions, until the reader stops reading.
  ///
  /// Without `resourceVersion` the first event is a ``WatchEvent/snapshot(_:)``. When the server has forgotten the
  /// version to go on from (410), the objects are listed again and come as a snapshot. Lost connections and transient
  /// refusals are mended with pauses of at most two seconds, for as long as the deadline allows.
  ///
  /// - Parameters:
  ///   - type: The resource.
  ///   - namespace: The namespace; nil for all of them, or for a resource without namespaces.
  ///   - labels: A label selector.
  ///   - fields: A field selector.
  ///   - resourceVersion: The version to go on from, of a list or an object.
  ///   - deadline: When to give up, with `DeadlineExceeded`.
  /// - Returns: The events. Reading throws ``APIStatusError`` for a refusal that will not pass by itself.
  public func watch(
    _ type: ResourceType, namespace: String? = nil, labels: String? = nil, fields: String? = nil,
    resourceVersion: String? = nil, deadline: Deadline = .never
  ) -> WatchEvents {
    let selection = Selection(type: type, namespace: namespace, labels: labels, fields: fields)
    return WatchEvents(client: self, selection: selection, resourceVersion: resourceVersion, deadline: deadline)
  }
}

/// The events of a watch; see ``KubernetesClient/watch(_:namespace:labels:fields:resourceVersion:deadline:)``.
public struct WatchEvents: AsyncSequence, Sendable {
  /// An event.
  public typealias Element = WatchEvent

  let client: KubernetesClient
  let selection: Selection
  let resourceVersion: String?
  let deadline: Deadline

  /// Starts a watch of its own.
  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// Reads events; dropping it ends the watch.
  public struct Iterator: AsyncIteratorProtocol {
    private static let firstPause = Duration.milliseconds(20)
    private static let longestPause = Duration.seconds(2)

    private let watch: WatchEvents
    private var resourceVersion: String?
    private var decoder: WatchDecoder
    private var chunks: ResponseBody.Iterator?
    private var events: ArraySlice<WatchDecoder.Event> = []
    private var backoff = Backoff(first: firstPause, limit: longestPause)
    /// Whether the current connection has brought anything yet.
    private var isFruitful = false
    /// When the current connection last brought an event, or was made.
    private var lastEvent = ContinuousClock.now
    /// How many connections in a row the server failed.
    private var failures = 0

    init(_ watch: WatchEvents) {
      self.watch = watch
      resourceVersion = watch.resourceVersion
      decoder = WatchDecoder(limit: watch.client.options.responseLimit)
    }

    /// The next event; a watch has no end of its own.
    ///
    /// - Throws: ``APIStatusError``, `HTTPError`, `DeadlineExceeded`, `CancellationError`.
    public mutating func next() async throws -> WatchEvent? {
      while true {
        do {
          if let event = try takeEvent() { return event }
          if chunks != nil {
            try await read()
          } else if let resourceVersion {
            try await connect(from: resourceVersion)
          } else {
            return try await list()
          }
        } catch {
          try await recover(from: error)
        }
      }
    }

    private mutating func takeEvent() throws -> WatchEvent? {
      while let event = events.popFirst() {
        if event.type == "ERROR" {
          throw APIStatusError(operation: "watch \(watch.selection.description)", status: event.object)
        }
        resourceVersion = event.object["metadata"]["resourceVersion"].stringValue ?? resourceVersion
        switch event.type {
        case "ADDED": return .added(event.object)
        case "MODIFIED": return .modified(event.object)
        case "DELETED": return .deleted(event.object)
        default: continue  // BOOKMARK: only the version
        }
      }
      return nil
    }

    private mutating func list() async throws -> WatchEvent {
      let list = try await watch.client.list(watch.selection, deadline: watch.deadline)
      resourceVersion = list.resourceVersion
      return .snapshot(list.items)
    }

    private mutating func connect(from version: String) async throws {
      decoder = WatchDecoder(limit: watch.client.options.responseLimit)
      isFruitful = false
      lastEvent = .now
      chunks = try await watch.client.openWatch(watch.selection, from: version, deadline: watch.deadline)
    }

    private mutating func read() async throws {
      guard let chunk = try await chunks?.next(isolation: nil) else {
        // Servers end every watch after a while. One that ends at once without an event is not to be asked in a rush.
        chunks = nil
        if !isFruitful { try await backoff.pause(until: watch.deadline, awaiting: watch.selection.description) }
        return
      }
      if !isFruitful {
        isFruitful = true
        backoff = Backoff(first: Self.firstPause, limit: Self.longestPause)
      }
      do throws(WatchFault) {
        events = try decoder.feed(chunk)[...]
      } catch {
        throw ProtocolError(operation: "watch \(watch.selection.description)", message: error.message)
      }
      if !events.isEmpty {
        (lastEvent, failures) = (.now, 0)
      } else if lastEvent.duration(to: .now) > watch.client.options.bodyTimeout {
        // No event takes that long.
        chunks = nil
      }
    }

    /// Prepares the next attempt, or throws what cannot be mended.
    private mutating func recover(from error: any Error) async throws {
      chunks = nil
      events = []
      try Task.checkCancellation()
      let awaited = watch.selection.description
      if watch.deadline.hasPassed { throw DeadlineExceeded(awaiting: awaited) }
      switch error {
      case let status as APIStatusError where status.isExpired: resourceVersion = nil
      case let status as APIStatusError where status.isTransient: break
      case let status as APIStatusError where status.code == 500 && failures < 3: failures += 1
      case let failure as HTTPError where failure.isPassing: break
      default: throw error
      }
      watch.client.logger.debug("watch \(awaited) starts again: \(error)")
      try await backoff.pause(until: watch.deadline, awaiting: awaited)
    }
  }
}

extension HTTPError {
  /// Whether the same request may succeed a moment later.
  var isPassing: Bool { [.cannotConnect, .closedEarly, .timedOut, .cannotResolve].contains(code) }
}

extension KubernetesClient {
  /// How long a server is asked to keep a watch; the connection is given up if it keeps it much longer.
  private static let watchSeconds = 240
  /// How long a watch may be silent: servers send a bookmark about once a minute.
  private static let watchSilence = Duration.seconds(120)

  fileprivate func openWatch(
    _ selection: Selection, from version: String, deadline: Deadline
  ) async throws -> ResponseBody.Iterator {
    let call = Call(
      path: selection.type.path(namespace: selection.namespace),
      query: selection.query + [
        ("watch", "true"), ("resourceVersion", version), ("allowWatchBookmarks", "true"),
        ("timeoutSeconds", String(Self.watchSeconds)),
      ],
      operation: "watch \(selection.description)")
    var request = request(call)
    request.idleTimeout = Self.watchSilence
    let response = try await watchHTTP.send(
      request, deadline: deadline.atMost(.seconds(Self.watchSeconds + 30)),
      headDeadline: .after(options.requestTimeout))
    noteWarnings(response.headers)
    guard response.isSuccess else {
      throw APIStatusError(
        operation: call.operation, code: response.status, body: try await response.collect(limit: 1 << 20))
    }
    return response.body.makeAsyncIterator()
  }
}
