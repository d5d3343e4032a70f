import CCurl
import Glibc
import Synchronization

/// The thread that runs libcurl's multi interface, and the queue through which exchanges are handed to it.
///
/// The thread is started by the first exchange and ends after ``stop()``. Every libcurl handle is made, used and freed
/// on it; the one call from outside is `curl_multi_wakeup`, which libcurl documents as safe from any thread.
final class TransferLoop: Sendable {
  enum Command: Sendable {
    case begin(Exchange)
    case resumeReceiving(Exchange)
    case resumeSending(Exchange)
    /// The exchange has an outcome; drop its transfer.
    case end(Exchange)
  }

  struct Inbox {
    var commands: [Command] = []
    var multi: MultiHandle?
    var isStopped = false
  }

  private let inbox = Mutex(Inbox())
  private let connectionsPerHost: Int

  init(connectionsPerHost: Int) { self.connectionsPerHost = connectionsPerHost }

  /// Hands over a new exchange, and starts the thread if it does not run.
  func submit(_ command: Command, label: String) throws(HTTPError) {
    let problem: String? = inbox.withLock { inbox in
      if inbox.isStopped { return "the client is closed" }
      if inbox.multi == nil {
        guard let multi = MultiHandle(connectionsPerHost: connectionsPerHost) else {
          return "libcurl cannot make a handle"
        }
        let code = Self.startThread(TransferThread(loop: self, multi: multi))
        if code != 0 { return "cannot start a thread: \(String(cString: strerror(code)))" }
        inbox.multi = multi
      }
      inbox.commands.append(command)
      inbox.multi?.wakeUp()
      return nil
    }
    if let problem { throw HTTPError(.other, problem, request: label) }
  }

  /// Tells the thread about an exchange it knows; without effect when it has ended.
  func notify(_ command: Command) {
    inbox.withLock { inbox in
      guard inbox.multi != nil, !inbox.isStopped else { return }
      inbox.commands.append(command)
      inbox.multi?.wakeUp()
    }
  }

  /// Ends the thread; transfers that still run fail as cancelled.
  func stop() {
    inbox.withLock { inbox in
      inbox.isStopped = true
      inbox.multi?.wakeUp()
    }
  }

  /// What has come in; nil when the thread shall end. From then on the handle is the thread's alone.
  func takeCommands() -> [Command]? {
    inbox.withLock { inbox in
      defer { inbox.commands = [] }
      if inbox.isStopped {
        inbox.multi = nil
        return nil
      }
      return inbox.commands
    }
  }

  /// Starts a detached thread; returns the error number, 0 if it runs.
  private static func startThread(_ thread: TransferThread) -> Int32 {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 1 << 20)
    // The thread takes the box over; if there is no thread, it is released here.
    let box = Unmanaged.passRetained(thread)
    var identifier = pthread_t()
    let code = pthread_create(
      &identifier, &attributes,
      { context in
        guard let context else { return nil }
        let thread = Unmanaged<TransferThread>.fromOpaque(context).takeRetainedValue()
        // Signals go to other threads; a write to a closed connection must not end the program.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        thread.run()
        return nil
      }, box.toOpaque())
    if code != 0 { box.release() }
    return code
  }
}

/// Owns libcurl's multi handle.
///
/// `@unchecked`: all use is on the transfer thread, but for ``wakeUp()``; and the last reference is that of the
/// thread, because the loop lets go of its own, under its lock, before the thread ends.
final class MultiHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer

  /// `curl_global_init` must run once, before anything else of libcurl.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// - Parameter connectionsPerHost: How many connections there may be to one server; zero for any number.
  init?(connectionsPerHost: Int) {
    guard Self.isReady, let pointer = curl_multi_init() else { return nil }
    // Transfers beyond it wait until a connection is free:
    // <https://curl.se/libcurl/c/CURLMOPT_MAX_HOST_CONNECTIONS.html>.
    idp_curl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
    self.pointer = pointer
  }

  deinit { curl_multi_cleanup(pointer) }

  /// Makes `curl_multi_poll` return (<https://curl.se/libcurl/c/curl_multi_wakeup.html>).
  func wakeUp() { curl_multi_wakeup(pointer) }
}
