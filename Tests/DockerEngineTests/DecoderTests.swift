import Documents
import Testing

@testable import DockerEngine

@Suite("Decoders of the engine's streams")
struct DecoderTests {
  static func frame(_ kind: UInt8, _ text: String) -> [UInt8] {
    let count = text.utf8.count
    return [kind, 0, 0, 0, UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
      + Array(text.utf8)
  }

  /// Neighbours of one stream joined, so that splits do not matter.
  static func joined(_ chunks: [OutputChunk]) -> [String] {
    var result: [(OutputStream, [UInt8])] = []
    for chunk in chunks {
      if result.last?.0 == chunk.stream {
        result[result.count - 1].1 += chunk.bytes
      } else {
        result.append((chunk.stream, chunk.bytes))
      }
    }
    return result.map { ($0.0 == .stdout ? "out:" : "err:") + String(decoding: $0.1, as: UTF8.self) }
  }

  @Test("a multiplexed stream is taken apart wherever it is split")
  func demultiplex() throws {
    let bytes =
      Self.frame(1, "one") + Self.frame(2, "two") + Self.frame(1, "") + Self.frame(2, "2") + Self.frame(1, "é")
    let expected = ["out:one", "err:two2", "out:é"]
    for split in 0...bytes.count {
      var demultiplexer = StreamDemultiplexer()
      let chunks =
        try demultiplexer.feed(Array(bytes[..<split])) + demultiplexer.feed(Array(bytes[split...]))
      try demultiplexer.finish()
      #expect(Self.joined(chunks) == expected, "split at \(split)")
    }
    var demultiplexer = StreamDemultiplexer()
    var chunks: [OutputChunk] = []
    for byte in bytes { chunks += try demultiplexer.feed([byte]) }
    try demultiplexer.finish()
    #expect(Self.joined(chunks) == expected)
  }

  @Test("a multiplexed stream that is cut off is an error, except between frames")
  func truncated() throws {
    let bytes = Self.frame(1, "one") + Self.frame(2, "two")
    for end in 0...bytes.count {
      var demultiplexer = StreamDemultiplexer()
      _ = try demultiplexer.feed(Array(bytes[..<end]))
      if [0, 11, 22].contains(end) {
        try demultiplexer.finish()
      } else {
        #expect(throws: StreamDemultiplexer.Fault.truncated) { try demultiplexer.finish() }
      }
    }
  }

  @Test("a frame of four gigabytes is handed on as it comes")
  func largeFrame() throws {
    var demultiplexer = StreamDemultiplexer()
    #expect(try demultiplexer.feed([1, 0, 0, 0, 255, 255, 255, 255]).isEmpty)
    #expect(try demultiplexer.feed([1, 2, 3]) == [OutputChunk(.stdout, [1, 2, 3])])
    #expect(throws: StreamDemultiplexer.Fault.truncated) { try demultiplexer.finish() }
  }

  @Test(
    "what is not a frame is an error",
    arguments: [[4, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 9], [72, 84, 84, 80]])
  func notAFrame(start: [UInt8]) {
    var demultiplexer = StreamDemultiplexer()
    #expect(throws: StreamDemultiplexer.Fault.notAFrame(start + [0, 0, 0, 1])) {
      try demultiplexer.feed(start + [0, 0, 0, 1, 65])
    }
  }

  @Test("an error of the engine in the stream is thrown with its words, wherever it is split")
  func engineError() throws {
    let bytes = Self.frame(1, "one") + Self.frame(3, "log driver failed")
    for split in 0..<bytes.count {
      var demultiplexer = StreamDemultiplexer()
      #expect(throws: StreamDemultiplexer.Fault.engine("log driver failed")) {
        _ = try demultiplexer.feed(Array(bytes[..<split]))
        _ = try demultiplexer.feed(Array(bytes[split...]))
      }
    }
    var demultiplexer = StreamDemultiplexer()
    #expect(throws: StreamDemultiplexer.Fault.self) { try demultiplexer.feed(Self.frame(3, "")) }
  }

  @Test("JSON lines are read wherever they are split, the last one without its line end too")
  func jsonLines() throws {
    let bytes = Array("{\"a\":\"é\\n\"}\r\n\n  \n{\"b\":[1,2]}\n{\"c\":{}}".utf8)
    let expected: [Value] = [["a": "é\n"], ["b": [1, 2]], ["c": [:]]]
    for split in 0...bytes.count {
      var lines = JSONLines()
      let values = try lines.feed(Array(bytes[..<split])) + lines.feed(Array(bytes[split...])) + lines.finish()
      #expect(values == expected, "split at \(split)")
    }
  }

  @Test("JSON lines that are malformed, cut off or without end are errors")
  func hostileLines() throws {
    var malformed = JSONLines()
    #expect(throws: JSONLines.Fault.self) { try malformed.feed(Array("{\"a\"}\n".utf8)) }
    var truncated = JSONLines()
    #expect(try truncated.feed(Array("{\"a\":".utf8)).isEmpty)
    #expect(throws: JSONLines.Fault.self) { try truncated.finish() }
    var endless = JSONLines()
    #expect(throws: JSONLines.Fault.self) {
      for _ in 0..<100 { _ = try endless.feed([UInt8](repeating: 0x20, count: 64 << 10)) }
    }
  }

  @Test("progress is read, and the failures in it")
  func progress() throws {
    let message: Value = [
      "status": "Downloading", "id": "abc", "progressDetail": ["current": 5, "total": 10], "progress": "[=> ]",
    ]
    #expect(PullProgress(message) == PullProgress(layer: "abc", status: "Downloading", current: 5, total: 10))
    #expect(PullProgress(["status": "x", "progressDetail": [:]]) == PullProgress(status: "x"))
    let failure = EngineError(
      inProgress: ["errorDetail": ["code": 401, "message": "denied"], "error": "x"], operation: "pull")
    #expect(failure?.message == "denied")
    #expect(failure?.status == 401)
    #expect(EngineError(inProgress: ["error": "toomanyrequests"], operation: "pull")?.message == "toomanyrequests")
    #expect(EngineError(inProgress: message, operation: "pull") == nil)
  }
}
