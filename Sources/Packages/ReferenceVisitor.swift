import Documents

/// Walks through the places of a document where references to directories count, and may replace them.
struct ReferenceVisitor {
  private let replacement: (_ path: String, _ pointer: [String]) -> String?
  private var pointer: [String] = []

  /// - Parameter replacement: Gets what stands after `cnoe://` and the place; gives the text to stand there instead.
  init(_ replacement: @escaping (_ path: String, _ pointer: [String]) -> String?) {
    self.replacement = replacement
  }

  mutating func document(_ value: inout Value) {
    let kind = value["kind"].stringValue.flatMap(PackageApplication.Kind.init)
    at("spec", of: &value) { visitor, spec in
      switch kind {
      case .application: visitor.applicationSpec(&spec)
      case .applicationSet:
        visitor.template(&spec)
        visitor.generators(&spec)
      case nil: break
      }
    }
  }

  private mutating func applicationSpec(_ spec: inout Value) {
    at("source", of: &spec) { $0.source(&$1) }
    at("sources", of: &spec) { visitor, sources in visitor.each(&sources) { $0.source(&$1) } }
  }

  private mutating func source(_ source: inout Value) {
    at("repoURL", of: &source) { $0.text(&$1) }
    at("helm", of: &source) { visitor, helm in visitor.at("valuesObject", of: &helm) { $0.anyText(&$1) } }
  }

  /// The template of an ApplicationSet, or of one of its generators.
  private mutating func template(_ owner: inout Value) {
    at("template", of: &owner) { visitor, template in
      visitor.at("spec", of: &template) { $0.applicationSpec(&$1) }
    }
  }

  private mutating func generators(_ owner: inout Value) {
    at("generators", of: &owner) { visitor, list in
      visitor.each(&list) { visitor, generator in
        for kind in generator.members.keys {
          visitor.at(kind, of: &generator) { visitor, settings in
            if kind == "git" { visitor.at("repoURL", of: &settings) { $0.text(&$1) } }
            if kind == "matrix" || kind == "merge" { visitor.generators(&settings) }
            visitor.template(&settings)
          }
        }
      }
    }
  }

  /// All texts of a value, at any depth.
  mutating func anyText(_ value: inout Value) {
    switch value {
    case .string: text(&value)
    case .array: each(&value) { $0.anyText(&$1) }
    case .object(let members):
      for key in members.keys { at(key, of: &value) { $0.anyText(&$1) } }
    default: break
    }
  }

  private func text(_ value: inout Value) {
    guard case .string(let text) = value, text.hasPrefix(DirectoryReferences.scheme) else { return }
    let path = String(text.dropFirst(DirectoryReferences.scheme.count))
    if let new = replacement(path, pointer) { value = .string(new) }
  }

  /// Visits the member named `key`, if there is one.
  private mutating func at(_ key: String, of value: inout Value, _ body: (inout Self, inout Value) -> Void) {
    guard case .object(var members) = value, let index = members.index(forKey: key) else { return }
    value = .null  // so that `members` is the only reference and is changed in place
    pointer.append(key)
    body(&self, &members.values[index])
    pointer.removeLast()
    value = .object(members)
  }

  private mutating func each(_ value: inout Value, _ body: (inout Self, inout Value) -> Void) {
    guard case .array(var elements) = value else { return }
    value = .null
    for index in elements.indices {
      pointer.append(String(index))
      body(&self, &elements[index])
      pointer.removeLast()
    }
    value = .array(elements)
  }
}
