import Bootstrap
import Documents

extension CreatePreview {
  /// One stream of YAML that `kubectl apply -f -` takes: the plan as comments, then the objects.
  var manifest: String {
    let comments = ["The plan, for a new cluster:"] + plan.description.split(separator: "\n").map { "  \($0)" }
    return comments.map { "# \($0)\n" }.joined() + (objects.isEmpty ? "" : YAML.serialize(documents: objects))
  }

  /// One JSON object with `plan` and `objects`.
  var json: String {
    let steps = plan.steps.map { step -> Value in
      [
        "id": .string(step.id.rawValue), "title": .string(step.title),
        "after": Value(step.after.map(\.rawValue)),
      ]
    }
    let value: Value = ["plan": .array(steps), "objects": .array(objects)]
    return String(decoding: JSON.serialize(value, pretty: true), as: UTF8.self) + "\n"
  }
}
