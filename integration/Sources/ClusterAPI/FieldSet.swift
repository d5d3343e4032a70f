import Documents
import OrderedCollections

/// A set of field paths: what a manager owns.
///
/// Source: sigs.k8s.io/structured-merge-diff `fieldpath` and the `fieldsV1` encoding of
/// kubernetes.io/docs/reference/using-api/server-side-apply.
struct FieldSet: Equatable, Sendable {
  /// Whether the path that leads here is itself a member.
  var isMember = false
  /// By path element: `f:name`, `k:{"name":"x"}`, `v:"x"`.
  var children: OrderedDictionary<String, FieldSet> = [:]

  var isEmpty: Bool { !isMember && children.isEmpty }

  static let member = FieldSet(isMember: true)

  /// The fields of an object, all the way down to its leaves.
  init(of value: Value, _ topology: Topology) {
    switch value {
    case .object(let members) where !members.isEmpty && !topology.isAtomicMap:
      for (name, member) in members { children["f:" + name] = FieldSet(of: member, topology.member(name)) }
    case .array(let elements) where !elements.isEmpty:
      switch topology.listKind(elements) {
      case .atomic: isMember = true
      case .set: for element in elements { children["v:" + JSON.string(element)] = .member }
      case .map(let keys):
        for element in elements {
          var child = FieldSet(of: element, topology.element)
          child.isMember = true
          children[Self.key(of: element, keys)] = child
        }
      }
    default: isMember = true
    }
  }

  init(isMember: Bool = false) { self.isMember = isMember }

  /// The path element that names an element of a keyed list.
  static func key(of element: Value, _ keys: [String]) -> String {
    var identity: Value = [:]
    for key in keys.sorted() {
      let value = element[key]
      let found = value.isNull ? Topology.keyDefault(key) : value
      if !found.isNull { identity[key] = found }
    }
    return "k:" + JSON.string(identity)
  }

  // MARK: Encoding

  init(fieldsV1: Value) {
    for (name, value) in fieldsV1.members {
      if name == "." {
        isMember = true
      } else {
        var child = FieldSet(fieldsV1: value)
        if value.members.isEmpty { child.isMember = true }
        children[name] = child
      }
    }
  }

  var fieldsV1: Value {
    var value: Value = [:]
    if isMember, !children.isEmpty { value["."] = [:] }
    for (name, child) in children.sorted(by: { $0.key < $1.key }) { value[name] = child.fieldsV1 }
    return value
  }

  // MARK: Algebra

  func union(_ other: FieldSet) -> FieldSet {
    var result = self
    result.isMember = isMember || other.isMember
    for (name, child) in other.children { result.children[name] = result.children[name]?.union(child) ?? child }
    return result
  }

  func subtracting(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && !other.isMember)
    for (name, child) in children {
      let rest = other.children[name].map { child.subtracting($0) } ?? child
      if !rest.isEmpty { result.children[name] = rest }
    }
    return result
  }

  func intersection(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && other.isMember)
    for (name, child) in children {
      guard let common = other.children[name].map({ child.intersection($0) }), !common.isEmpty else { continue }
      result.children[name] = common
    }
    return result
  }

  /// Without what lies below a path (and the path itself).
  func removing(_ path: [String]) -> FieldSet {
    guard let first = path.first, let child = children[first] else { return self }
    var result = self
    if path.count == 1 {
      result.children.removeValue(forKey: first)
    } else {
      let rest = child.removing(Array(path.dropFirst()))
      result.children[first] = rest.isEmpty ? nil : rest
    }
    return result
  }

  /// The member paths, dotted as the server prints them: `.spec.containers[name="x"].image`.
  var paths: [String] {
    var found: [String] = isMember ? [""] : []
    for (name, child) in children {
      let element: String
      switch name.prefix(2) {
      case "f:": element = "." + name.dropFirst(2)
      case "v:": element = "[=\(name.dropFirst(2))]"
      default:
        let identity = (try? JSON.parse(String(name.dropFirst(2)))) ?? [:]
        element = "[" + identity.members.map { "\($0.key)=\(JSON.string($0.value))" }.joined(separator: ",") + "]"
      }
      found += child.paths.map { element + $0 }
    }
    return found
  }
}

extension FieldSet {
  /// The members whose value differs between two objects; `added` or changed in the second, and `removed` from it.
  static func changes(from old: Value, to new: Value, _ topology: Topology) -> (changed: FieldSet, removed: FieldSet) {
    let before = FieldSet(of: old, topology)
    let after = FieldSet(of: new, topology)
    var changed = after.subtracting(before)
    let common = after.intersection(before)
    changed = changed.union(common.filterLeaves(old: old, new: new, topology))
    return (changed, before.subtracting(after))
  }

  /// The leaves of a set common to both objects whose values differ.
  private func filterLeaves(old: Value, new: Value, _ topology: Topology) -> FieldSet {
    if old == new { return FieldSet() }
    var result = FieldSet()
    if children.isEmpty {
      result.isMember = isMember
      return result
    }
    for (name, child) in children {
      let rest: FieldSet
      switch name.prefix(2) {
      case "f:":
        let field = String(name.dropFirst(2))
        rest = child.filterLeaves(old: old[field], new: new[field], topology.member(field))
      case "k:":
        guard case .map(let keys) = topology.listKind(new.elements) else { continue }
        let one = old.elements.first { FieldSet.key(of: $0, keys) == name } ?? .null
        let other = new.elements.first { FieldSet.key(of: $0, keys) == name } ?? .null
        rest = child.filterLeaves(old: one, new: other, topology.element)
      default: rest = FieldSet()
      }
      if !rest.isEmpty { result.children[name] = rest }
    }
    return result
  }
}
