public import Diagnostics
import Glibc
import Synchronization

/// Standard output or standard error.
public final class Channel: Sendable {
  /// For results: what a script wants.
  public static let output = Channel(descriptor: STDOUT_FILENO)
  /// For everything else: progress, logs, failures.
  public static let error = Channel(descriptor: STDERR_FILENO)

  private let descriptor: Int32
  /// Held while writing, so that lines of two tasks do not mix; true once the reader has gone.
  private let readerHasGone = Mutex(false)

  /// Writes to an open file descriptor, which stays the caller's.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether there may be a reader: false once a write has shown that it is gone.
  public var hasReader: Bool { !readerHasGone.withLock { $0 } }

  /// Whether a terminal is on the other end.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The columns and lines of the terminal; nil where there is none or it does not say.
  public var size: (columns: Int, lines: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes all of the text.
  ///
  /// A reader that has gone (`idpbuilder get clusters | head -1`) is no error: the rest is dropped.
  ///
  /// - Throws: ``OutputError`` when the text cannot be written, for example because the disk is full.
  public func write(_ text: String) throws(OutputError) {
    let failure: Int32? = readerHasGone.withLock { gone in
      if gone { return nil }
      var text = text
      let code = text.withUTF8 { writeAll($0) }
      gone = code == EPIPE
      return code == EPIPE ? nil : code
    }
    if let failure { throw OutputError(code: failure) }
  }

  /// Writes lines; nothing can be done, or said, when standard error cannot be written.
  public func say(_ lines: [String]) {
    if !lines.isEmpty { try? write(lines.map { $0 + "\n" }.joined()) }
  }

  /// Returns nil or the error number.
  private func writeAll(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Someone else made the description non-blocking (it is shared with the parent): wait until it takes more.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      case let code: return code
      }
    }
    return nil
  }
}

/// Standard output cannot be written.
public struct OutputError: ExplainedError {
  /// The error number of write(2).
  public let code: Int32

  /// The operating system's words.
  public var description: String { String(cString: strerror(code)) }
  /// Reading or writing failed.
  public var exitStatus: ExitStatus { .inputOutput }
}
