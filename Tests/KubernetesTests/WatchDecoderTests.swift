import Documents
import Testing

@testable import Kubernetes

@Suite struct WatchDecoderTests {
  static let body = Array(
    (#"{"type":"ADDED","object":{"a":"ä\n"}}"# + "\r\n\n" + #"{"type":"BOOKMARK","object":{}}"# + "\n").utf8)
  static let events: [WatchDecoder.Event] = [
    .init(type: "ADDED", object: ["a": "ä\n"]), .init(type: "BOOKMARK", object: [:]),
  ]

  @Test("events are the same wherever the body is cut")
  func split() throws {
    for cut in Self.body.indices {
      var decoder = WatchDecoder(limit: 1000)
      let first = try decoder.feed(Array(Self.body[..<cut]))
      let second = try decoder.feed(Array(Self.body[cut...]))
      #expect(first + second == Self.events)
    }
    var decoder = WatchDecoder(limit: 1000)
    #expect(try Self.body.flatMap { try decoder.feed([$0]) } == Self.events)
  }

  @Test("an event that is not complete is kept for later")
  func truncated() throws {
    var decoder = WatchDecoder(limit: 1000)
    #expect(try decoder.feed(Array(Self.body.dropLast())).count == 1)
  }

  @Test("a line longer than the limit is refused before it is kept, whole or in pieces")
  func oversized() throws {
    for pieces in [1, 3, 50] {
      var decoder = WatchDecoder(limit: 99)
      #expect(throws: WatchFault.self) {
        for _ in 0..<pieces { _ = try decoder.feed([UInt8](repeating: 0x20, count: 102 / pieces)) }
      }
    }
    var decoder = WatchDecoder(limit: 99)
    #expect(throws: WatchFault.self) { try decoder.feed([UInt8](repeating: 0x20, count: 100) + [0x0A]) }
    var fitting = WatchDecoder(limit: 99)
    #expect(try fitting.feed([UInt8](repeating: 0x20, count: 99) + [0x0A]).isEmpty)
  }

  @Test(
    "what is no event is refused", arguments: ["x", "{", "[]", "{}", #"{"type":"ADDED"}"#, #"{"type":1,"object":{}}"#])
  func notAnEvent(line: String) {
    var decoder = WatchDecoder(limit: 1000)
    #expect(throws: WatchFault.self) { try decoder.feed(Array((line + "\n").utf8)) }
  }
}
