import Documents
import Testing

@Suite struct PatchTests {
  @Test(
    "merge patches give what RFC 7386's table says",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
      ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#), ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
      (#"{"a":"foo"}"#, "null", "null"),
    ])
  func merge(original: String, patch: String, expected: String) throws {
    let result = try JSON.parse(original).applyingMergePatch(JSON.parse(patch))
    #expect(JSON.string(result) == expected)
  }

  @Test(
    "JSON patches give what RFC 6902's examples say",
    arguments: [
      (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
      (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#),
      (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc"]}]"#, #"{"foo":["bar",["abc"]]}"#),
      (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
      (#"{"foo":["a","b","c"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["a","c"]}"#),
      (
        #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo","foo":"bar"}"#
      ),
      (
        #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{}}"#, #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        #"{"foo":{"bar":"baz"},"qux":{"thud":"fred"}}"#
      ),
      (
        #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        #"{"foo":["all","cows","eat","grass"]}"#
      ),
      (
        #"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"},{"op":"test","path":"/c/b","value":1.0}]"#,
        #"{"a":{"b":1},"c":{"b":1}}"#
      ),
      (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[2]},{"op":"add","path":"/0","value":1}]"#, "[1,2]"),
      (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
      (#"{"foo":1}"#, #"[{"op":"add","path":"/foo","value":null}]"#, #"{"foo":null}"#),
    ])
  func patch(original: String, patch: String, expected: String) throws {
    let result = try JSON.parse(original).applyingJSONPatch(JSON.parse(patch))
    #expect(JSON.string(result) == expected)
  }

  @Test(
    "a patch that cannot be applied changes nothing and says why",
    arguments: [
      (#"[{"op":"add","path":"/baz/bat","value":1}]"#, "the JSON patch names /baz/bat, whose parent does not exist"),
      (#"[{"op":"add","path":"/a/5","value":1}]"#, "the JSON patch names /a/5, which is outside its list"),
      (#"[{"op":"add","path":"/a/x","value":1}]"#, "the JSON patch names /a/x, which is outside its list"),
      (#"[{"op":"add","path":"/foo/x","value":1}]"#, "the JSON patch adds /foo/x to a string"),
      (
        #"[{"op":"remove","path":"/foo"},{"op":"remove","path":"/foo"}]"#,
        "the JSON patch names /foo, which does not exist"
      ),
      (#"[{"op":"replace","path":"/a/1","value":1}]"#, "the JSON patch names /a/1, which does not exist"),
      (#"[{"op":"test","path":"/foo","value":"baz"}]"#, "the JSON patch expects another value at /foo"),
      (#"[{"op":"move","from":"/a","path":"/a/0"}]"#, "the JSON patch moves /a into itself"),
      (#"[{"op":"add","path":"/x"}]"#, "operation 0 of the JSON patch needs a “value”"),
      (#"[{"op":"jump","path":"/x"}]"#, "operation 0 of the JSON patch has the unknown op “jump”"),
      (#"[{"path":"/x"}]"#, "operation 0 of the JSON patch needs a text “op”"),
      (#"[{"op":"remove","path":"x"}]"#, "the JSON pointer “x” must start with “/”"),
      (#"[5]"#, "operation 0 of the JSON patch must be an object, not an integer"),
      (#"{}"#, "a JSON patch must be a list, not an object"),
    ])
  func refused(patch: String, message: String) throws {
    var value: Value = ["foo": "bar", "a": [1]]
    let before = value
    let error = #expect(throws: DocumentError.self) { try value.applyJSONPatch(JSONPatch(JSON.parse(patch))) }
    #expect(error?.message == message)
    #expect(value == before)
  }

  @Test("a patch is written as it was read")
  func form() throws {
    let text = """
      [{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"},{"op":"replace","path":"/c","value":null},\
      {"op":"move","from":"/d","path":"/e"},{"op":"copy","from":"/f","path":"/g"},{"op":"test","path":"","value":{}}]
      """
    #expect(JSON.string(try JSONPatch(JSON.parse(text)).value) == text)
  }
}
