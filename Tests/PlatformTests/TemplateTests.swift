import Documents
import Platform
import Testing

@Suite struct ManifestTemplateTests {
  let template = ManifestTemplate(["Host": "a.b", "Port": 8443, "Text": "one\ntwo: {{ .Host }}"])

  @Test("a placeholder alone keeps the value's type, within a text it becomes text, in names too")
  func fills() throws {
    let value: Value = ["p": "{{ .Port }}", "t": "x.{{.Host}}:{{ .Port }}/", "{{ .Host }}": [1, true, nil]]
    let expected: Value = ["p": 8443, "t": "x.a.b:8443/", "a.b": [1, true, nil]]
    #expect(try template.filled(value, source: "f") == expected)
  }

  @Test("a value is put in as it is: neither read as YAML nor filled in again")
  func isInert() throws {
    #expect(try template.filled("{{ .Text }}", source: "f") == "one\ntwo: {{ .Host }}")
  }

  @Test(
    "a placeholder that is unknown or has no end is an error",
    arguments: ["{{ .Nope }}", "{{ Host }}", "{{ .Host }", "{{"])
  func refuses(text: String) {
    #expect(throws: DocumentError.self) { try template.filled(.string(text), source: "f") }
  }
}

@Suite struct TextTemplateTests {
  static let values: [String: Value] = ["Host": "a.b", "Port": 80, "On": true, "Off": false, "Protocol": "http"]

  @Test(
    "fields, conditions and trim markers mean what they mean in Go",
    arguments: [
      ("{{ .Host }}:{{.Port}}", "a.b:80"),
      ("x {{- .Host -}} y", "xa.by"),
      ("a\n{{- if .On }}\nb\n{{- end }}\nc", "a\nb\nc"),
      ("{{ if .Off }}a{{ else }}b{{ end }}", "b"),
      ("{{ if (eq .Protocol \"http\") -}} 80 {{- else -}} 443 {{- end }}", "80"),
      ("{{ if ne .Protocol \"http\" }}a{{ else if .On }}b{{ else }}c{{ end }}", "b"),
      ("{{ if not .Off }}{{ if .Off }}x{{ end }}y{{ end }}", "y"),
      ("{{/* a comment */}}z", "z"),
      // The port is a text in idpbuilder.
      ("{{ if eq .Port \"80\" }}a{{ else }}b{{ end }}{{ if ne .Port \"80\" }}c{{ end }}", "a"),
      ("a: -1 # {{- is trimmed", "error"),
      ("plain", "plain"),
    ])
  func fills(text: String, expected: String) throws {
    if expected == "error" {
      #expect(throws: DocumentError.self) { try TextTemplate(text).filled(with: Self.values) }
    } else {
      #expect(try TextTemplate(text).filled(with: Self.values) == expected)
    }
  }

  @Test(
    "what Go's language has beyond that is an error with its position",
    arguments: [
      "a\n {{ range .X }}", "a\n {{ .Nope }}", "a\n {{ if .On }}", "a\n {{ end }}", "a\n {{ .Host", "a\n {{ else }}",
      "a{{ if .On }}\n {{ else eq .On .On }}{{ end }}",
    ])
  func refuses(text: String) {
    let error = #expect(throws: DocumentError.self) {
      try TextTemplate(text, source: "f.yaml").filled(with: Self.values)
    }
    #expect(error?.description.hasPrefix("f.yaml:2:2: ") == true)
  }
}
