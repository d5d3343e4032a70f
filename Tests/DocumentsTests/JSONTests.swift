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
}
