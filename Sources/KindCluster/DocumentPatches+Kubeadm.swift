import Documents
import OrderedCollections

extension Value {
  /// Applies a merge patch (RFC 7386) with kind's exceptions for kubeadm's documents.
  ///
  /// Source: kind `pkg/internal/patch/kubeadm_merge.go`. Programs' arguments are a list since v1beta4 and were a map
  /// before; patches for either are understood, and arguments are merged by name. Names for the API server's certificate
  /// are added to those there are. Unlike kind's, node labels are added as well: those that are there may be needed.
  ///
  /// - Parameters:
  ///   - patch: The patch.
  ///   - listsArguments: Whether the document has arguments as a list.
  mutating func applyKubeadmPatch(_ patch: Value, listsArguments: Bool) {
    guard case .object(let changes) = patch else {
      self = patch
      return
    }
    if objectValue == nil { self = [:] }
    for (key, change) in changes {
      switch (key, change) {
      case ("extraArgs", .object), ("extraArgs", .array), ("kubeletExtraArgs", .object), ("kubeletExtraArgs", .array):
        var arguments = self[key].argumentsByName
        for (name, value) in change.argumentsByName {
          arguments[name] = name == "node-labels" ? Self.labels(arguments[name] ?? "", value) : value
        }
        self[key] = Self.arguments(arguments.filter { !$0.value.isNull }, asList: listsArguments)
      case ("certSANs", .array(let names)):
        for name in names where !self[key].elements.contains(name) { self[key].append(name) }
      case (_, .null): removeValue(forKey: key)
      default: self[key].applyKubeadmPatch(change, listsArguments: listsArguments)
      }
    }
  }

  /// The labels of two lists such as `a=1,b=2`; what the second says of a label counts.
  private static func labels(_ present: Value, _ added: Value) -> Value {
    guard let present = present.stringValue, let added = added.stringValue else { return added }
    let names = Set(added.split(separator: ",").map { $0.prefix { $0 != "=" } })
    let kept = present.split(separator: ",").filter { !names.contains($0.prefix { $0 != "=" }) }
    return .string((kept + added.split(separator: ",")).joined(separator: ","))
  }

  /// Arguments in either form by their names.
  private var argumentsByName: OrderedDictionary<String, Value> {
    guard case .array(let list) = self else { return members }
    let pairs = list.compactMap { argument in argument["name"].stringValue.map { ($0, argument["value"]) } }
    return OrderedDictionary(pairs, uniquingKeysWith: { _, last in last })
  }

  private static func arguments(_ pairs: OrderedDictionary<String, Value>, asList: Bool) -> Value {
    asList ? .array(pairs.map { ["name": .string($0.key), "value": $0.value] }) : .object(pairs)
  }
}
