import Documents
import Glibc
import Testing

@Suite struct YAMLReadTests {
  @Test(
    "plain scalars mean what kubectl takes them for",
    arguments: [
      ("yes", true), ("Off", false), ("n", false), ("y", true), ("TRUE", true), ("~", nil), ("", nil), ("Null", nil),
      ("0644", 420), ("0o17", 15), ("0x1F", 31), ("-0b11", -3), ("1_000", 1000), ("+5", 5), ("1e3", 1000), ("1.0", 1),
      ("08", 8), ("1.5", 1.5), (".5", 0.5), ("-1.5e-3", -0.0015), ("9223372036854775807", 9_223_372_036_854_775_807),
      ("1.2.3", "1.2.3"), ("2001-12-14", "2001-12-14"), ("1:30", "1:30"), ("-", "-"), ("--flag", "--flag"),
      ("tRue", "tRue"), ("1e", "1e"), (".", "."), ("0x", "0x"), ("12e03", 12000), ("nope", "nope"),
      ("12e4567", "12e4567"), ("-1e999", "-1e999"),
    ] as [(String, Value)])
  func plainScalars(text: String, expected: Value) throws {
    let text = text == "-" ? "'-'" : text
    #expect(try YAML.parse("a: \(text)").value["a"] == expected)
  }

  @Test("quotes and tags make a text of anything, and types of texts")
  func tags() throws {
    let text = """
      - 'yes'
      - "5"
      - !!str 5
      - ! 5
      - !!int "5"
      - !!bool "true"
      - !!float 5
      - !!binary aGFsbG8=
      - !Ref name
      - !!null ''
      """
    #expect(
      try YAML.parse(text).value == ["yes", "5", "5", "5", 5, true, 5, "hallo", "name", nil] as Value)
  }

  @Test("scalars can be had as they are written")
  func texts() throws {
    let text = "a: 1.0\nb: [yes, 010, '5', ~, ]\n~: {c: }\n---\n# nothing\n"
    #expect(
      try YAML.parseAll(text, scalarsAreTexts: true).map(\.value)
        == [["a": "1.0", "b": ["yes", "010", "5", "~"], "~": ["c": ""]]] as [Value])
  }

  @Test("documents without content are left out, an explicit null is not")
  func documents() throws {
    let documents = try YAML.parseAll("# nothing\n---\na: 1\n---\n# nothing\n---\nnull\n---\n", source: "x.yaml")
    #expect(documents.map(\.value) == [["a": 1], nil] as [Value])
    #expect(documents.map(\.index) == [0, 2])
    #expect(try YAML.parseAll("").isEmpty)
    #expect(try YAML.parse("# only a comment").value == nil)
  }

  @Test("merge keys give way to what the mapping says itself, and earlier sources win")
  func mergeKeys() throws {
    let text = """
      base: &base {a: 1, b: 2}
      other: &other {b: 3, c: 4}
      one: {<<: *base, b: 5}
      two: {<<: [*base, *other]}
      three: {'<<': text}
      """
    let value = try YAML.parse(text).value
    #expect(value["one"] == ["a": 1, "b": 5])
    #expect(value["two"] == ["a": 1, "b": 2, "c": 4])
    #expect(value["three"] == ["<<": "text"])
  }

  @Test("every node, key and error has its line and column")
  func positions() throws {
    let text = "kind: Application\nspec:\n  sources:\n    - repoURL: cnoe://x\n      path: [a, 'ä', b]\n"
    let document = try YAML.parse(text, source: "app.yaml")
    #expect(document.position(of: ["spec", "sources", "0", "repoURL"]) == Position(line: 4, column: 16))
    #expect(document.keyPosition(of: ["spec", "sources", "0", "repoURL"]) == Position(line: 4, column: 7))
    #expect(document.position(of: ["spec", "sources", "0", "path", "2"]) == Position(line: 5, column: 22))
    #expect(document.position(of: ["spec", "nothing"]) == nil)
    #expect(document.error(at: ["spec", "nothing"], "is missing").description == "app.yaml:3:3: is missing")
    #expect(document.error(atKey: ["spec"], "is unknown").description == "app.yaml:2:1: is unknown")
  }

  @Test(
    "what is wrong is refused with file, line, column and the reason",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: “a” is given twice in one mapping (first in line 1)"),
      (
        "a: [1, 2\nb: 3\n",
        "f.yaml:2:2: did not find expected ',' or ']' while parsing a flow sequence that starts in line 1"
      ),
      ("a: *b\n", "f.yaml:1:4: there is no anchor &b before this alias"),
      ("a: &a [*a]\n", "f.yaml:1:8: the alias *a is inside what it names"),
      ("a:\n\tb: 1\n", "f.yaml:2:1: found character that cannot start any token while scanning for the next token"),
      ("? [a]\n: b\n", "f.yaml:1:3: a mapping's key must be a text, not a list or a mapping"),
      ("a: .inf\n", "f.yaml:1:4: .inf has no equivalent in JSON; quote it if text is meant"),
      ("a: !!int x\n", "f.yaml:1:4: “x” is not what its tag !!int says"),
      ("a:\n  <<: 5\n", "f.yaml:2:7: “<<” must be followed by a mapping or a list of mappings"),
      ("a: 1\n---\nb: 2\n", "f.yaml:3:1: a second document where only one is allowed"),
      ("a: ä\u{7}\n", "f.yaml:1:5: not a YAML text: control characters are not allowed"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try YAML.parse(text, source: "f.yaml") }
    #expect(error?.description == message)
  }

  @Test("text that is not UTF-8 is refused at its place")
  func invalidUTF8() {
    let error = #expect(throws: DocumentError.self) {
      try YAML.parse([0x61, 0x3A, 0x20, 0x0A, 0x62, 0xFF], source: "f")
    }
    #expect(error?.position == Position(line: 2, column: 2))
  }

  @Test("an alias bomb is refused instead of being expanded")
  func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(alias)]\n"
    }
    let error = #expect(throws: DocumentError.self) { try YAML.parse(text) }
    #expect(error?.message.contains("aliases make the document too large") == true)
  }

  @Test("nesting without end is refused", arguments: ["[", "{a: ", "- ", "? "])
  func depth(opening: String) {
    #expect(throws: DocumentError.self) { try YAML.parse(String(repeating: opening, count: 20000)) }
  }

  @Test("a text nested as deep as is accepted fits a small stack")
  func deep() async throws {
    let text = String(repeating: "{a: ", count: JSON.depthLimit) + "1" + String(repeating: "}", count: JSON.depthLimit)
    let isReadBack = await onThread(stack: 4 << 20) {
      guard let value = try? YAML.parse(text).value else { return false }
      return (try? JSON.parse(JSON.string(value))) == value && (try? YAML.parse(YAML.serialize(value)).value) == value
    }
    #expect(isReadBack)
  }

  @Test("a text cut off at any byte is read or refused, never a crash")
  func truncated() throws {
    let text =
      "---\na: &x {b: [1, \"ä\\u00e4\", 'c'], d: |\n    e\n   }\nf: *x\n? g\n: !!str 5\n...\n---\n- - h\n  - <<: {}\n"
    let bytes = Array(text.utf8)
    for count in bytes.indices {
      for filler in [[], [0xFF], [0x00], [0x2A]] as [[UInt8]] {
        _ = try? YAML.parseAll(Array(bytes.prefix(count)) + filler)
      }
    }
    #expect(throws: DocumentError.self) { try YAML.parseAll(Array(bytes.prefix(12))) }
  }
}

/// Runs a body on a thread with a stack of so many bytes.
private func onThread(stack: Int, _ body: @escaping @Sendable () -> Bool) async -> Bool {
  final class Call: Sendable {
    let body: @Sendable () -> Bool
    let continuation: CheckedContinuation<Bool, Never>
    init(_ body: @escaping @Sendable () -> Bool, _ continuation: CheckedContinuation<Bool, Never>) {
      (self.body, self.continuation) = (body, continuation)
    }
  }
  return await withCheckedContinuation { continuation in
    let call = Unmanaged.passRetained(Call(body, continuation))
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_attr_init(attributes)
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setstacksize(attributes, stack)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, attributes,
      { argument in
        guard let argument else { return nil }
        let call = Unmanaged<Call>.fromOpaque(argument).takeRetainedValue()
        call.continuation.resume(returning: call.body())
        return nil
      }, call.toOpaque())
    if code != 0 { call.takeRetainedValue().continuation.resume(returning: false) }
  }
}
