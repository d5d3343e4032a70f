import Documents
import HTTP
import Testing

@testable import Bootstrap

@Suite struct RedactorTests {
  private func redactor(_ secrets: String...) -> Redactor {
    var redactor = Redactor()
    for secret in secrets { redactor.learn(Array(secret.utf8)) }
    return redactor
  }

  @Test("a secret is taken out as it is, in Base64, in JSON and in a URL, and the rest stays")
  func spellings() {
    let secret = "p&ss\"w0rd/ä"
    let redactor = redactor(secret)
    let texts = [
      secret, Base64.encode(secret), JSON.string(.string(secret)), "https://x/?p=\(PercentEncoding.segment(secret))",
      "\"p\\u0026ss\\\"w0rd/ä\"",
    ]
    for text in texts {
      let result = redactor.redact("before \(text) after")
      #expect(result.hasPrefix("before "), "\(text)")
      #expect(result.hasSuffix(" after") && result.contains(Redactor.mark), "\(text)")
      #expect(!result.contains("w0rd") && !result.contains("cCZzcyJ3MHJk"), "\(text)")
    }
  }

  @Test("inside something longer that is in Base64 nothing of it can be read", arguments: 0..<6)
  func withinBase64(_ offset: Int) {
    let secret = "correct horse battery"
    let whole = Base64.encode(String(repeating: "x", count: offset) + secret + ":tail")
    let result = redactor(secret).redact(whole)
    #expect(result.contains(Redactor.mark))
    #expect(result.count < whole.count)
  }

  @Test("of a text of several lines each line is a secret, but for the frames of PEM; of a setting its value")
  func lines() {
    let redactor = redactor(
      "-----BEGIN KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n-----END KEY-----\n",
      "[database]\nPASSWD = s3cr3t-of-db\nHOST = db\n")
    let yaml = redactor.redact(
      "  tls.key: |\n    -----BEGIN KEY-----\n    MIGHAgEAMBMGByqGSM49\n    AgEGCCqGSM49AwEHBG0w\n")
    #expect(yaml == "  tls.key: |\n    -----BEGIN KEY-----\n    [redacted]\n    [redacted]\n")
    #expect(redactor.redact("login with s3cr3t-of-db failed") == "login with [redacted] failed")
  }

  @Test("short values stay, longer ones win over their beginnings, and secrets at either end are found")
  func lengths() {
    let redactor = redactor("true", "abcdef", "abcdefghij")
    #expect(redactor.redact("true abcdefghij abcdef") == "true [redacted] [redacted]")
    #expect(redactor.redact("abcdef") == "[redacted]")
    #expect(redactor.redact("") == "")
    #expect(redactor.redact("abcde") == "abcde")
  }

  @Test("the password in a URL is taken out although nobody knows it; other addresses stay")
  func urls() {
    let redactor = Redactor()
    #expect(redactor.redact("HTTP_PROXY=http://me:hunter2@proxy:3128/x") == "HTTP_PROXY=http://[redacted]@proxy:3128/x")
    #expect(redactor.redact("git clone https://me:hun@ter?2@host/x.git") == "git clone https://[redacted]@host/x.git")
    for text in ["https://host:8443/a@b", "http://user@host/", "a://b c:d@e", "https://host", "x://"] {
      #expect(redactor.redact(text) == text)
    }
  }

  @Test("of a Secret only lengths are left; of other objects what looks like one goes, and what does not stays")
  func objects() {
    let secret: Value = [
      "kind": "Secret",
      "metadata": [
        "name": "s", "managedFields": [["manager": "x"]],
        "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"a\":\"aGVsbG8=\"}}"],
      ],
      "data": ["a": "aGVsbG8="], "stringData": ["b": "hello"],
    ]
    let shown = JSON.string(ObjectRedaction.redact(secret))
    #expect(shown.contains("[redacted, 5 bytes]"))
    #expect(!shown.contains("aGVsbG8=") && !shown.contains("hello") && !shown.contains("manager"))

    let pod: Value = [
      "kind": "Pod", "metadata": ["name": "p", "annotations": ["example.org/api-token": "abc", "note": "fine"]],
      "spec": [
        "containers": [
          [
            "name": "c",
            "env": [
              ["name": "DB_PASSWORD", "value": "hunter2"], ["name": "HOME", "value": "/root"],
              ["name": "TOKEN", "valueFrom": ["secretKeyRef": ["name": "tokens", "key": "k"]]],
            ],
          ]
        ],
        "volumes": [["name": "v", "secret": ["secretName": "my-secret"]]],
      ],
    ]
    let text = JSON.string(ObjectRedaction.redact(pod))
    #expect(!text.contains("hunter2") && !text.contains("\"abc\""))
    for kept in ["fine", "/root", "my-secret", "tokens", "DB_PASSWORD"] { #expect(text.contains(kept), "\(kept)") }
  }

  @Test("a node's environment keeps its names")
  func environment() {
    let container: Value = ["Config": ["Env": ["PATH=/bin", "REGISTRY_TOKEN=abc", "NO_VALUE"]]]
    let shown = ExportRun.withoutSecretVariables(container)
    #expect(shown["Config"]["Env"] == ["PATH=/bin", "REGISTRY_TOKEN=[redacted]", "NO_VALUE"])
  }

  @Test("each container has its log, and the one of the run before if there was one")
  func logs() {
    let pod: Value = [
      "metadata": ["name": "p", "namespace": "n"],
      "status": [
        "initContainerStatuses": [["name": "i", "state": ["terminated": ["exitCode": 0]]]],
        "containerStatuses": [
          ["name": "a", "state": ["running": [:]], "lastState": ["terminated": ["exitCode": 1]], "restartCount": 1],
          ["name": "b", "state": ["waiting": ["reason": "ContainerCreating"]], "restartCount": 0],
        ],
      ],
    ]
    #expect(PodLog.all(of: pod).map(\.file) == ["pods/n/p/i.log", "pods/n/p/a.log", "pods/n/p/a.previous.log"])
  }
}
