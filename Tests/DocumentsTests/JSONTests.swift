import Documents
import Testing

@Suite struct JSONTests {
  @Test(
    "every value of the grammar is read and written back the same",
    arguments: [
      "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "-0.0", "1e+20",
      "5e-324", #""""#, #""a\"\\\n\r\t\u0000\u001f""#, #""ä€😀""#, "[]", "{}", #"[1,[2,{"a":[]}],null]"#,
      #"{"b":1,"a":{"d":[],"c":false}}"#,
    ])
  func roundTrip(text: String) throws {
    #expect(JSON.string(try JSON.parse(text)) == text)
  }

  @Test(
    "numbers and escapes mean what RFC 8259 says",
    arguments: [
      ("1E2", 100.0), ("1.0", 1.0), ("-0", -0.0), ("18446744073709551615", 18446744073709551615.0), (" 7 \r\n\t", 7),
      (#""\/\b\f\u0041\u00e4\uD83D\uDE00""#, "/\u{8}\u{C}Aä😀"),
    ] as [(String, Value)])
  func meaning(text: String, expected: Value) throws {
    #expect(try JSON.parse(text) == expected)
  }

  @Test(
    "what is not JSON is refused with its line and column",
    arguments: [
      ("", "1:1: the text ends where a value must follow"), ("[1,]", "1:4: found “]” where a value must follow"),
      ("{\"a\":1,\n \"a\":2}", "2:2: “a” is given twice in one object"),
      ("[\"ä\", x]", "1:7: found “x” where a value must follow"), ("01", "1:2: a number must not start with 0"),
      ("[1 2]", "1:4: found “2” where “,” or “]” must follow"), ("-", "1:2: the text ends where a digit must follow"),
      ("1.", "1:3: the text ends where a digit must follow"), ("1e400", "1:1: the number 1e400 is out of range"),
      ("\"a\nb\"", "1:3: control character 10 in a string; it must be escaped"),
      ("\"abc", "1:1: this string has no end"),
      (#""\x""#, "1:2: unknown escape in a string"), (#""\ud800""#, "1:2: half of a surrogate pair in a string"),
      (#""\udc00\ud800""#, "1:2: half of a surrogate pair in a string"),
      (#""\ud800\u0041""#, "1:2: half of a surrogate pair in a string"),
      ("nul", "1:1: found “n” where a value must follow"),
      ("1 1", "1:3: found “1” where the end of the text must follow"),
      ("{1:2}", "1:2: found “1” where a member's name in quotes must follow"),
      ("{\"a\" 1}", "1:6: found “1” where “:” must follow"),
      (#""\u00g0""#, "1:6: found “g” where four hexadecimal digits must follow"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try JSON.parse(text, source: "f") }
    #expect(error?.description == "f:\(message)")
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: DocumentError.self) { try JSON.parse([quote] + bytes + [quote]) }
    #expect(throws: DocumentError.self) {
      try JSON.parse([quote, UInt8(ascii: "\\"), UInt8(ascii: "n")] + bytes + [quote])
    }
  }

  @Test("nesting is accepted up to the limit and refused beyond")
  func depth() throws {
    let limit = JSON.depthLimit
    _ = try JSON.parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    #expect(throws: DocumentError.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: DocumentError.self) { try JSON.parse(String(repeating: #"{"a":"#, count: limit + 1)) }
  }

  @Test("a text cut off at any byte is refused, and a changed byte never crashes")
  func hostile() {
    let bytes = Array(#"{"a":[1,-2.5e3,"ä\u00e4\ud83d\ude00",true,false,null],"b":{"c":""}}"#.utf8)
    for index in bytes.indices {
      #expect(throws: DocumentError.self) { try JSON.parse(Array(bytes[..<index])) }
      for byte in [0, 0x22, 0x5C, 0x7B, 0x5D, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        if let value = try? JSON.parse(changed) { #expect((try? JSON.parse(JSON.serialize(value))) == value) }
      }
    }
  }

  @Test("pretty and sorted output is stable")
  func pretty() {
    let value: Value = ["b": [1, [:]], "a": ["d": [], "c": "x"]]
    #expect(
      JSON.string(value, pretty: true, sortedKeys: true) == """
        {
          "a": {
            "c": "x",
            "d": []
          },
          "b": [
            1,
            {}
          ]
        }
        """)
    #expect(JSON.string([.number(.infinity), .number(.nan)]) == "[null,null]")
  }
}
