import Documents
import Testing

@Suite struct ValueTests {
  @Test("what is not there reads as null, and writing makes what is missing")
  func subscripts() {
    var value: Value = ["a": ["b": [1, "x", true, 2.5]]]
    #expect(value["a"]["b"][1].stringValue == "x")
    #expect(value["a"]["x"][7]["y"].isNull)
    value["a"]["c"]["d"] = 5
    value["a"]["b"][5] = "six"
    value["a"]["b"][-1] = "nothing"
    value["a"]["b"][0]["e"] = false
    #expect(value == ["a": ["b": [["e": false], "x", true, 2.5, nil, "six"], "c": ["d": 5]]])
    value.append(1)
    #expect(value == [1])
    var object: Value = ["a": 1]
    let removed = [object.removeValue(forKey: "a"), object.removeValue(forKey: "a")]
    #expect(removed == [1, nil])
  }

  @Test("values are converted only where nothing is lost")
  func conversions() {
    #expect(Value.number(3).intValue == 3)
    #expect(Value.number(3.5).intValue == nil)
    #expect(Value.integer(3).doubleValue == 3)
    #expect(Value.string("3").intValue == nil)
    #expect(Value.bool(true).stringValue == nil)
    #expect((["a": "x", "b": 1] as Value).stringMembers == ["a": "x"])
    #expect((nil as Value).elements.isEmpty && (5 as Value).members.isEmpty)
  }

  @Test("members may stand in any order, elements may not")
  func equality() {
    let (one, two): (Value, Value) = (["a": 1, "b": [2, 3]], ["b": [2, 3], "a": 1])
    #expect(one == two)
    #expect(Set([one, two]).count == 1)
    #expect(one != ["a": 1, "b": [3, 2]])
    #expect(one != ["a": 1])
  }

  @Test(
    "a pointer reads and writes RFC 6901",
    arguments: [("", []), ("/", [""]), ("/a~1b/m~0n/0", ["a/b", "m~n", "0"]), ("/a//b", ["a", "", "b"])])
  func pointers(text: String, tokens: [String]) throws {
    let pointer = try Pointer(parsing: text)
    #expect(pointer.tokens == tokens)
    #expect(pointer.description == text)
  }

  @Test("a pointer that is none is refused", arguments: ["a", "/~", "/~2"])
  func badPointers(text: String) {
    #expect(throws: DocumentError.self) { try Pointer(parsing: text) }
  }

  @Test("a pointer finds members and elements by their exact names")
  func lookup() {
    let value: Value = ["a": [["b": 5]], "": 6]
    #expect(value[["a", "0", "b"]] == 5)
    #expect(value[[""]] == 6)
    #expect(value[["a", "00"]] == nil)
    #expect(value[["a", "1"]] == nil)
    #expect(value[[]] == value)
  }

  @Test(
    "base64 is encoded and decoded as RFC 4648 has it",
    arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("ä\u{0}", "w6QA")])
  func base64(text: String, encoded: String) {
    #expect(Base64.encode(text) == encoded)
    #expect(Base64.decodeText(encoded) == text)
    #expect(Base64.decodeText(encoded.map { "\($0)\n" }.joined()) == text)
  }

  @Test("what is not base64 is refused", arguments: ["Z", "Zg", "Zg=", "Zg===", "=", "Zm9v=", "Z!==", "Zg==Zg=="])
  func badBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test("all bytes survive base64")
  func allBytes() {
    let bytes = (0...255).map(UInt8.init)
    for count in [0, 1, 2, 3, 255, 256] {
      #expect(Base64.decode(Base64.encode(bytes.prefix(count))) == Array(bytes.prefix(count)))
    }
  }
}
