import CCurl
import Diagnostics
import Synchronization

/// The transfer thread's side of an exchange: the easy handle and what its callbacks collect.
///
/// Confined to the transfer thread. libcurl's callbacks get an unretained pointer to it; the loop keeps it alive until
/// the handle has left the multi handle, after which libcurl calls nothing.
final class Transfer {
  let exchange: Exchange
  let easy: EasyHandle
  private var head: Exchange.Head?
  private var headerBytes = 0
  /// When the head was delivered; nil before.
  private var responseStart: ContinuousClock.Instant?
  private var isHeadDelivered: Bool { responseStart != nil }
  private var redirectsLeft = 0
  /// When the other side last sent something, for the idle timeout.
  private var lastActivity = ContinuousClock.now

  init(_ exchange: Exchange) throws(HTTPError) {
    guard let easy = EasyHandle() else { throw exchange.error(.other, "libcurl cannot make a handle") }
    self.exchange = exchange
    self.easy = easy
    if case .follow(let limit) = exchange.request.redirects { redirectsLeft = limit }
    do {
      try configure()
    } catch {
      throw exchange.error(.badRequest, "option \(error.option.rawValue): \(easy.message(for: error.code))")
    }
  }

  // MARK: Called by libcurl

  /// One line of a head, or a trailer field. Returns false to end the transfer.
  func receive(header line: UnsafeRawBufferPointer) -> Bool {
    lastActivity = .now
    if isHeadDelivered { return true }  // A trailer field.
    headerBytes += line.count
    if headerBytes > exchange.configuration.headerLimit {
      let limit = exchange.configuration.headerLimit
      exchange.finish(.failure(exchange.error(.tooLarge, "the response header is larger than \(limit) bytes")))
      return false
    }
    let text = String(decoding: line, as: UTF8.self).trimmingLineEnd()
    if head == nil || text.hasPrefix("HTTP/") {
      head = Self.statusLine(text)
      return true
    }
    if text.isEmpty {
      completeHead()
    } else if let colon = text.firstIndex(of: ":") {
      head?.headers.add(String(text[..<colon]), text[text.index(after: colon)...].trimmingBlanks())
    }
    return true
  }

  /// Bytes of the body. Returns false to be given them again after ``TransferLoop`` resumes the transfer.
  func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    lastActivity = .now
    deliverHead()
    let (isAccepted, reader) = exchange.state.withLock { state in
      if state.outcome != nil { return (true, nil as CheckedContinuation<Void, Never>?) }
      if state.received.count >= exchange.configuration.readAhead {
        state.isReceivingPaused = true
        return (false, nil)
      }
      state.received.append(contentsOf: bytes)
      defer { state.reader = nil }
      return (true, state.reader)
    }
    reader?.resume()
    return isAccepted
  }

  // MARK: Called by the loop

  /// Records the end of the transfer as libcurl reports it.
  func complete(_ code: CURLcode) {
    if code == CURLE_OK {
      deliverHead()
      exchange.finish(.success(()))
    } else {
      let kind = HTTPError.Code(code, message: easy.message(for: code))
      exchange.finish(
        .failure(
          HTTPError(
            kind, easy.message(for: code), request: exchange.label,
            systemError: kind == .cannotConnect ? easy.systemError : nil)))
    }
  }

  /// The next moment at which the transfer must have got on.
  var expiry: (moment: ContinuousClock.Instant, message: String)? {
    var moments: [(ContinuousClock.Instant, String)] = []
    if let instant = exchange.deadline.instant {
      moments.append((instant, "timed out before the response was complete"))
    }
    if !isHeadDelivered {
      if let instant = exchange.headDeadline.instant { moments.append((instant, "timed out before a response began")) }
    } else if let idle = exchange.request.idleTimeout, !exchange.state.withLock({ $0.isReceivingPaused }) {
      moments.append((lastActivity + idle, "nothing was received for \(idle)"))
    }
    if let responseStart, let limit = exchange.request.bodyTimeout {
      moments.append((responseStart + limit, "timed out before the response was complete, \(limit) after it began"))
    }
    return moments.min { $0.0 < $1.0 }
  }

  /// The time of a pause that ended does not count as idle.
  func noteResumed() { lastActivity = .now }

  // MARK: The head

  private func completeHead() {
    guard let head else { return }
    let isInterim = (100..<200).contains(head.status) && head.status != 101
    let willRedirect = (300..<400).contains(head.status) && redirectsLeft > 0 && head.headers["Location"] != nil
    if willRedirect { redirectsLeft -= 1 }
    if isInterim || willRedirect { self.head = nil } else { deliverHead() }
  }

  private func deliverHead() {
    guard !isHeadDelivered, let head else { return }
    responseStart = .now
    let reader = exchange.state.withLock { state in
      if state.outcome == nil { state.head = head }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// `HTTP/1.1 200 OK` or `HTTP/2 200`; nil for anything else, which libcurl then reports.
  private static func statusLine(_ text: String) -> Exchange.Head? {
    let parts = text.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), let status = Int(parts[1]) else { return nil }
    return Exchange.Head(status: status, headers: Headers())
  }
}

extension HTTPError.Code {
  /// Maps libcurl's result codes (<https://curl.se/libcurl/c/libcurl-errors.html>).
  init(_ code: CURLcode, message: String) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .cannotResolve
    case CURLE_COULDNT_CONNECT, CURLE_PROXY: self = .cannotConnect
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_CLIENTCERT,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED:
      self = .tls
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: self = .closedEarly
    // libcurl has no code of its own for a malformed chunk.
    case CURLE_RECV_ERROR: self = message.contains("chunked-encoding") ? .protocolViolation : .closedEarly
    case CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY, CURLE_TOO_MANY_REDIRECTS,
      CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP_RETURNED_ERROR:
      self = .protocolViolation
    case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: self = .badRequest
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    default: self = .other
    }
  }
}

extension String {
  fileprivate func trimmingLineEnd() -> String {
    var bytes = utf8[...]
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> String {
    var bytes = utf8
    while let first = bytes.first, first == 32 || first == 9 { bytes.removeFirst() }
    while let last = bytes.last, last == 32 || last == 9 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
