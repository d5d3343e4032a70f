import Documents
import Testing

@testable import Kubernetes

@Suite("Applied fields")
struct AppliedFieldsTests {
  static let wanted: Value = [
    "apiVersion": "example.org/v1", "kind": "Thing",
    "metadata": ["name": "a", "namespace": "b", "ownerReferences": [["uid": "1", "kind": "Owner"]]],
    "spec": ["text": "x", "list": [1, 2], "empty": [:]],
  ]

  static let live: Value = {
    var live = wanted
    live["metadata"]["uid"] = "7"
    live["spec"]["empty"] = ["filledIn": true]
    live["spec"]["theirs"] = "y"
    live["metadata"]["managedFields"] = [
      [
        "manager": "other", "operation": "Update", "apiVersion": "example.org/v1",
        "fieldsV1": ["f:spec": ["f:theirs": [:]]],
      ],
      [
        "manager": "me", "operation": "Apply", "apiVersion": "example.org/v1",
        "fieldsV1": [
          "f:metadata": [
            "f:ownerReferences": ["k:{\"uid\":\"1\"}": [".": [:], "f:uid": [:], "f:kind": [:]]]
          ],
          "f:spec": ["f:text": [:], "f:list": [:], "f:empty": [:]],
        ],
      ],
    ]
    return live
  }()

  private func match(_ wanted: Value, manager: String = "me", subresource: String = "") -> Bool {
    AppliedFields.match(wanted, Self.live, fieldManager: manager, subresource: subresource)
  }

  @Test("an object that was applied so matches, whatever others added")
  func same() { #expect(match(Self.wanted)) }

  @Test("any difference in values or in fields is seen")
  func different() {
    let changes: [(inout Value) -> Void] = [
      { $0["spec"]["text"] = "z" }, { $0["spec"]["list"] = [1] }, { $0["spec"]["more"] = 1 },
      { $0["spec"].removeValue(forKey: "text") }, { $0["spec"]["text"] = [:] }, { $0["spec"]["empty"] = ["a": 1] },
      { $0["metadata"]["labels"] = ["a": "b"] }, { $0["metadata"].removeValue(forKey: "ownerReferences") },
      { $0["metadata"]["ownerReferences"][0]["uid"] = "2" }, { $0["metadata"]["ownerReferences"][0]["kind"] = "X" },
      { $0["apiVersion"] = "example.org/v2" },
    ]
    for (index, change) in changes.enumerated() {
      var wanted = Self.wanted
      change(&wanted)
      #expect(!match(wanted), "change \(index)")
    }
  }

  @Test("what somebody else applied, or another subresource, does not count")
  func others() {
    #expect(!match(Self.wanted, manager: "other"))
    #expect(!match(Self.wanted, subresource: "status"))
  }
}
