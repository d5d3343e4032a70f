/// Which of a process's streams bytes come from.
public enum OutputStream: Sendable, Hashable {
  /// Standard output; everything, for a process with a terminal.
  case stdout
  /// Standard error.
  case stderr
}

/// Some bytes of a process's output.
public struct OutputChunk: Sendable, Hashable {
  /// Which stream they come from.
  public let stream: OutputStream
  /// The bytes, never empty.
  public let bytes: [UInt8]

  /// Output; see the properties.
  public init(_ stream: OutputStream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// Takes apart the stream in which the engine mixes the outputs of a process without a terminal.
///
/// Each frame has a header of eight bytes: the stream (0 stdin, 1 stdout, 2 stderr, 3 an error of the engine itself),
/// three zero bytes, and the length of the payload as a big-endian 32-bit number. Source: Engine API, operation
/// `ContainerAttach`, "Stream format"; stream 3 is moby's `pkg/stdcopy` (`Systemerr`).
///
/// Payload is handed on as it comes, so a frame of any length costs no memory.
public struct StreamDemultiplexer: Sendable {
  /// The stream is not what it should be.
  public enum Fault: Error, Hashable, CustomStringConvertible {
    /// The header of a frame is not one.
    case notAFrame([UInt8])
    /// The stream ended in the middle of a frame.
    case truncated
    /// The engine reports an error of its own in the stream.
    case engine(String)

    /// The fault in words.
    public var description: String {
      switch self {
      case .notAFrame(let header): "not a frame of a multiplexed stream: \(header)"
      case .truncated: "the stream ended in the middle of a frame"
      case .engine(let message): message
      }
    }
  }

  /// The longest error message of the engine that is kept.
  static let messageLimit = 64 << 10

  private var header: [UInt8] = []
  private var kind: UInt8 = 0
  private var remaining = 0
  private var engineMessage: [UInt8] = []

  /// Starts at the beginning of a stream.
  public init() {}

  /// Takes the next bytes of the stream.
  ///
  /// - Parameter chunk: Bytes, split anywhere.
  /// - Returns: The output in them, in order; neighbouring output of one stream within the chunk is joined.
  /// - Throws: ``Fault``; the demultiplexer must not be used after that.
  public mutating func feed(_ chunk: [UInt8]) throws(Fault) -> [OutputChunk] {
    var output: [(stream: OutputStream, bytes: [UInt8])] = []
    var rest = chunk[...]
    while !rest.isEmpty {
      if remaining == 0 {
        let taken = rest.prefix(8 - header.count)
        header += taken
        rest = rest.dropFirst(taken.count)
        if header.count == 8 { try beginFrame() }
        continue
      }
      let payload = rest.prefix(remaining)
      rest = rest.dropFirst(payload.count)
      remaining -= payload.count
      if kind == 3 {
        engineMessage += payload.prefix(Self.messageLimit - engineMessage.count)
        if remaining == 0 { throw .engine(String(decoding: engineMessage, as: UTF8.self)) }
        continue
      }
      // Echoed standard input is shown as output, as docker does.
      let stream = kind == 2 ? OutputStream.stderr : .stdout
      if output.last?.stream == stream {
        output[output.count - 1].bytes += payload
      } else {
        output.append((stream, Array(payload)))
      }
    }
    return output.map { OutputChunk($0.stream, $0.bytes) }
  }

  /// Says that the stream has ended.
  ///
  /// - Throws: ``Fault/truncated`` in the middle of a frame.
  public func finish() throws(Fault) {
    if remaining > 0 || !header.isEmpty { throw .truncated }
  }

  private mutating func beginFrame() throws(Fault) {
    guard header[0] <= 3, header[1...3].allSatisfy({ $0 == 0 }) else { throw .notAFrame(header) }
    kind = header[0]
    remaining = header[4...7].reduce(0) { $0 << 8 | Int($1) }
    header.removeAll(keepingCapacity: true)
    if kind == 3, remaining == 0 { throw .engine("the engine reports an error without a message") }
  }
}
