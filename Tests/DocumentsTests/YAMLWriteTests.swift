import Documents
import Testing

@Suite struct YAMLWriteTests {
  @Test("objects and lists are written as kubectl writes them")
  func blockStyle() {
    let value: Value = [
      "kind": "Deployment",
      "spec": ["replicas": 1, "args": ["--flag=x", "-v", ["a", "b"]], "empty": [], "none": [:]],
      "containers": [["name": "a", "ports": [["port": 80], [:]]], nil],
    ]
    #expect(
      YAML.serialize(value) == """
        kind: Deployment
        spec:
          replicas: 1
          args:
          - --flag=x
          - -v
          - - a
            - b
          empty: []
          none: {}
        containers:
        - name: a
          ports:
          - port: 80
          - {}
        - null

        """)
    #expect(YAML.serialize(["b": 1, "a": ["d": 2, "c": 3]], sortedKeys: true) == "a:\n  c: 3\n  d: 2\nb: 1\n")
    #expect(YAML.serialize(documents: ["a", 1]) == "a\n---\n1\n")
  }

  @Test(
    "texts that look like something else are quoted",
    arguments: [
      ("yes", #""yes""#), ("null", #""null""#), ("5", #""5""#), ("1e3", #""1e3""#), ("0x1f", #""0x1f""#),
      ("2001-01-01", #""2001-01-01""#), ("1:30", #""1:30""#), ("", #""""#), ("- a", #""- a""#), ("a: b", #""a: b""#),
      ("a #b", #""a #b""#), ("*a", #""*a""#), (" a", #"" a""#), ("a ", #""a ""#), ("{{ x }}", #""{{ x }}""#),
      (#""hi" it says"#, #"'"hi" it says'"#), (#"'\d"#, #"'''\d'"#), (#"say "hi""#, #"say "hi""#),
      ("a\tb", #""a\tb""#), ("\u{1F}", #""\x1f""#),
      ("v1.36.1", "v1.36.1"), ("docker.io/library/x:1.0", "docker.io/library/x:1.0"), ("a:b", "a:b"),
      ("---", #""---""#),
      ("10.0.0.1", #""10.0.0.1""#), ("127.0.0.1:0", #""127.0.0.1:0""#), ("ä", #""ä""#), ("<<", #""<<""#),
    ])
  func quoting(text: String, written: String) {
    #expect(YAML.serialize(.string(text)) == written + "\n")
  }

  @Test("texts of several lines become literal blocks")
  func literalBlocks() {
    let value: Value = ["a": "x\ny", "b": "x\n", "c": "x\n\n", "d": ["  x\ny\n"], "e": "x\r\ny"]
    #expect(
      YAML.serialize(value)
        == "a: |-\n  x\n  y\nb: |\n  x\nc: |+\n  x\n\nd:\n- |2\n    x\n  y\ne: \"x\\r\\ny\"\n")
  }

  @Test("every text reads back the same, wherever it stands")
  func roundTrip() throws {
    let pieces = [
      "", " ", "\n", "\t", "a", "-", "'", "\"", "\\", "# ", ": ", "\r", "ä", "😀", "\u{85}", "\u{2028}", "1", "\u{FEFF}",
      "\u{301}",
      "\0",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          let text = Value.string(first + second + third)
          let value: Value = ["k": text, "l": [text, [text]], "m": ["n": [["o": text]]], "p": text]
          #expect(try YAML.parse(YAML.serialize(value)).value == value, "\(text)")
          #expect(try YAML.parse(YAML.serialize(text)).value == text, "\(text)")
          let keyed = Value.object([first + second + third: 1, "z": [:]])
          #expect(try YAML.parse(YAML.serialize(keyed)).value == keyed, "\(keyed)")
        }
      }
    }
  }

  @Test("a key too long for a simple key reads back the same")
  func longKey() throws {
    let value = Value.object([String(repeating: "k", count: 3000): ["a": [1]], "b": 2])
    #expect(try YAML.parse(YAML.serialize(value)).value == value)
  }
}
