import Diagnostics
import Glibc
import Synchronization

/// The directory of an export: everything that is written into it goes through a redactor, and only its owner may read it.
final class ExportDirectory: Sendable {
  /// Its path.
  let path: String
  private let redactor = Mutex(Redactor())
  private let log = Mutex((files: 0, problems: [String]()))

  /// Makes the directory, or takes one that is empty.
  ///
  /// - Parameter path: Where.
  /// - Throws: `Failure` if it cannot be made, or is not empty.
  init(_ path: String) throws(Failure) {
    self.path = path
    if mkdir(path, 0o700) != 0 {
      guard errno == EEXIST else { throw Self.failure("the directory \(path) cannot be made") }
      guard SystemView.system(processRoot: "/proc").names(path).isEmpty else {
        throw Failure(
          "the directory \(path) is not empty", remedy: "name one that is empty, or does not exist", status: .usage)
      }
      guard chmod(path, 0o700) == 0 else { throw Self.failure("the directory \(path) cannot be closed to others") }
    }
  }

  /// How many files were written, and what could not be had.
  var outcome: (files: Int, problems: [String]) { log.withLock { $0 } }

  /// Learns secrets that must not be written.
  func learn(_ secrets: [[UInt8]]) { redactor.withLock { for secret in secrets { $0.learn(secret) } } }

  /// Notes that something could not be had.
  func note(_ problem: String) {
    let problem = redactor.withLock { $0 }.redact(problem)
    log.withLock { $0.problems.append(problem) }
  }

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - bytes: What to write; secrets are taken out.
  ///   - name: The name below the directory; directories in it are made. Parts that lead elsewhere are refused.
  /// - Throws: `Failure` if it cannot be written.
  func write(_ bytes: [UInt8], to name: String) throws(Failure) {
    let parts = name.pathParts
    guard !parts.isEmpty, !parts.contains("."), !parts.contains(".."), !name.contains("\0") else {
      throw Failure("\(name) is no name of a file of the export", status: .internalError)
    }
    var directory = path
    for part in parts.dropLast() {
      directory += "/\(part)"
      if mkdir(directory, 0o700) != 0, errno != EEXIST { throw Self.failure("\(directory) cannot be made") }
    }
    let file = "\(path)/\(parts.joined(separator: "/"))"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failure("\(file) cannot be made") }
    defer { close(descriptor) }
    let redacted = redactor.withLock { $0 }.redact(bytes)
    let code = redacted.withUnsafeBytes { buffer -> Int32 in
      var rest = UnsafeRawBufferPointer(buffer)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return 0
    }
    guard code == 0 else { throw Self.failure("\(file) cannot be written", code) }
    log.withLock { $0.files += 1 }
  }

  /// Writes a text; see ``write(_:to:)-([UInt8],_)``.
  func write(_ text: String, to name: String) throws(Failure) { try write(Array(text.utf8), to: name) }

  private static func failure(_ what: String, _ code: Int32 = errno) -> Failure {
    Failure(what, cause: String(cString: strerror(code)), status: code == EACCES ? .permissionDenied : .cannotCreate)
  }
}
