import Diagnostics
import Synchronization

/// One request with its response, as seen from both sides: tasks wait here for what the transfer thread delivers.
///
/// Everything mutable is behind one mutex, which is never held while calling out.
final class Exchange: Sendable {
  struct Head: Sendable {
    var status: Int
    var headers: Headers
  }

  struct State {
    var head: Head?
    /// Received and not yet read.
    var received: [UInt8] = []
    /// libcurl was told to wait because `received` is full.
    var isReceivingPaused = false
    /// How the transfer ended, once it has.
    var outcome: Result<Void, HTTPError>?
    /// The one task that waits for a head, a chunk or the end.
    var reader: CheckedContinuation<Void, Never>?
    var upload = Upload()
  }

  let request: Request
  let configuration: Client.Configuration
  let deadline: Deadline
  let headDeadline: Deadline
  /// What is asked, for messages: method and URL without query and credentials.
  let label: String
  let state = Mutex(State())
  let loop: TransferLoop

  init(
    request: Request, configuration: Client.Configuration, deadline: Deadline, headDeadline: Deadline,
    loop: TransferLoop
  ) {
    self.request = request
    self.configuration = configuration
    self.deadline = deadline
    self.headDeadline = headDeadline
    self.loop = loop
    label = "\(request.method) \(Self.withoutSecrets(request.url))"
  }

  /// Hands the exchange to the transfer thread and starts feeding its body.
  func begin() throws(HTTPError) {
    if deadline.hasPassed || headDeadline.hasPassed { throw error(.timedOut, "the deadline had passed already") }
    try checkRequest()
    try loop.submit(.begin(self), label: label)
    if case .streamed(let source, _) = request.body { feed(from: source) }
  }

  /// Waits for the head of the final response.
  func head() async throws(HTTPError) -> Head {
    while true {
      let found: Result<Head, HTTPError>? = state.withLock { state in
        if let head = state.head { return .success(head) }
        switch state.outcome {
        case .failure(let error): return .failure(error)
        case .success: return .failure(error(.closedEarly, "the response has no head"))
        case nil: return nil
        }
      }
      if let found { return try found.get() }
      await waitForChange { $0.head != nil || $0.outcome != nil }
    }
  }

  /// Waits for received bytes and takes all there are; nil at the end.
  func nextChunk() async throws(HTTPError) -> [UInt8]? {
    while true {
      if Task.isCancelled { fail(error(.cancelled, "cancelled")) }
      let (chunk, outcome, resume) = state.withLock { state in
        let chunk = state.received
        state.received = []
        let resume = state.isReceivingPaused && !chunk.isEmpty && state.outcome == nil
        if resume { state.isReceivingPaused = false }
        return (chunk, state.outcome, resume)
      }
      if resume { loop.notify(.resumeReceiving(self)) }
      if !chunk.isEmpty { return chunk }
      if let outcome {
        try outcome.get()
        return nil
      }
      await waitForChange { !$0.received.isEmpty || $0.outcome != nil }
    }
  }

  /// Nobody will read any more.
  func abandon() {
    let isOver = state.withLock { $0.outcome != nil }
    if !isOver { fail(error(.cancelled, "the response was dropped before its end")) }
  }

  /// Ends the exchange with an error: wakes who waits at once, and tells the transfer thread.
  func fail(_ error: HTTPError) {
    if finish(.failure(error)) { loop.notify(.end(self)) }
  }

  /// Records how the transfer ended; the first outcome counts.
  ///
  /// - Returns: Whether it was the first.
  @discardableResult
  func finish(_ outcome: Result<Void, HTTPError>) -> Bool {
    let (isFirst, reader, feeder) = state.withLock { state in
      guard state.outcome == nil else {
        return (false, nil as CheckedContinuation<Void, Never>?, nil as Upload.Ending?)
      }
      state.outcome = outcome
      if case .failure(let error) = outcome, error.code == .cancelled { state.received = [] }
      defer { state.reader = nil }
      return (true, state.reader, state.upload.end())
    }
    reader?.resume()
    feeder?.perform()
    return isFirst
  }

  func error(_ code: HTTPError.Code, _ message: String) -> HTTPError { HTTPError(code, message, request: label) }

  /// Suspends until `isReady` holds or something changed; the caller looks again. Cancellation ends the exchange.
  private func waitForChange(_ isReady: @escaping @Sendable (borrowing State) -> Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (mustWait, previous) = state.withLock { state in
          if isReady(state) { return (false, nil as CheckedContinuation<Void, Never>?) }
          let previous = state.reader
          state.reader = continuation
          return (true, previous)
        }
        // A second reader of one body takes turns with the first, and neither hangs.
        previous?.resume()
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      fail(error(.cancelled, "cancelled"))
    }
  }

  private func checkRequest() throws(HTTPError) {
    let url = request.url.lowercased()
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw error(.badRequest, "not an http or https URL")
    }
    for field in request.headers {
      let text = field.name + field.value
      if field.name.isEmpty || field.name.contains(":") || text.utf8.contains(where: { $0 < 0x20 && $0 != 9 }) {
        throw error(.badRequest, "header field \(field.name.debugDescription) has characters that are not allowed")
      }
    }
    if request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
      throw error(.badRequest, "the URL has characters that must be percent-encoded")
    }
  }

  /// A URL without user information, query and fragment.
  static func withoutSecrets(_ url: String) -> String {
    // By scalars: an accent after the @ would make another character of it.
    let path = url.unicodeScalars.prefix { $0 != "?" && $0 != "#" }
    guard let scheme = path.firstRange(of: "://".unicodeScalars) else { return String(path) }
    let rest = path[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(path) }
    return String(path[..<scheme.upperBound]) + String(rest[rest.index(after: at)...])
  }
}
