/// Makes values and their positions of parser events.
struct YAMLComposer: ~Copyable {
  /// A value with its positions, and how many nodes it has.
  private struct Node {
    var value: Value
    var mark: Mark
    var size: Int
    /// Whether nothing at all was written where the node is.
    var isAbsent = false
  }

  private var events: YAMLEventParser
  private let source: String?
  private let scalarsAreTexts: Bool
  private var anchors: [String: Node] = [:]
  private var openAnchors: Set<String> = []
  private var aliasedNodes = 0

  init(_ bytes: [UInt8], source: String?, scalarsAreTexts: Bool) throws(DocumentError) {
    events = try YAMLEventParser(bytes, source: source)
    self.source = source
    self.scalarsAreTexts = scalarsAreTexts
  }

  mutating func composeAll() throws(DocumentError) -> [Document] {
    var documents: [Document] = []
    var index = 0
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamStart: continue
      case .streamEnd: return documents
      case .documentStart:
        anchors = [:]
        let root = try compose(try events.next(), depth: 0)
        if !root.isAbsent {
          documents.append(Document(value: root.value, source: source, index: index, mark: root.mark))
        }
        index += 1
      default: continue  // the document's end
      }
    }
  }

  private mutating func compose(_ event: YAMLEvent, depth: Int) throws(DocumentError) -> Node {
    guard depth <= JSON.depthLimit else {
      throw error(event.position, "lists and mappings are nested more than \(JSON.depthLimit) deep")
    }
    switch event.kind {
    case .alias(let name): return try expand(alias: name, at: event.position)
    case .scalar(let properties, let text, let isPlain):
      let value = try scalar(text, isPlain: isPlain, tag: properties.tag, at: event.position)
      var node = Node(value: value, mark: Mark(event.position), size: 1)
      node.isAbsent = text.isEmpty && isPlain && properties.anchor == nil && properties.tag == nil
      if let anchor = properties.anchor { anchors[anchor] = node }
      return node
    case .sequenceStart(let properties):
      return try anchored(properties) { composer throws(DocumentError) in
        try composer.composeSequence(at: event.position, depth: depth)
      }
    case .mappingStart(let properties):
      return try anchored(properties) { composer throws(DocumentError) in
        try composer.composeMapping(at: event.position, depth: depth)
      }
    default: throw error(event.position, "unexpected end of a list, mapping or document")
    }
  }

  private mutating func anchored(
    _ properties: YAMLEvent.Properties, _ compose: (inout YAMLComposer) throws(DocumentError) -> Node
  ) throws(DocumentError) -> Node {
    guard let anchor = properties.anchor else { return try compose(&self) }
    openAnchors.insert(anchor)
    defer { openAnchors.remove(anchor) }
    let node = try compose(&self)
    anchors[anchor] = node
    return node
  }

  private mutating func expand(alias name: String, at position: Position) throws(DocumentError) -> Node {
    guard !openAnchors.contains(name) else { throw error(position, "the alias *\(name) is inside what it names") }
    guard let node = anchors[name] else { throw error(position, "there is no anchor &\(name) before this alias") }
    aliasedNodes += node.size
    guard aliasedNodes <= YAML.aliasLimit else {
      throw error(position, "aliases make the document too large (more than \(YAML.aliasLimit) nodes)")
    }
    return node
  }

  private func scalar(
    _ text: String, isPlain: Bool, tag: String?, at position: Position
  ) throws(DocumentError) -> Value {
    if scalarsAreTexts { return .string(text) }
    do throws(YAMLScalarFault) {
      return try YAMLScalar.value(text, isPlain: isPlain, tag: tag)
    } catch {
      throw self.error(position, error.message)
    }
  }

  private mutating func composeSequence(at position: Position, depth: Int) throws(DocumentError) -> Node {
    var elements: [Value] = []
    var marks: [Mark] = []
    var size = 1
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind {
        return Node(value: .array(elements), mark: Mark(position, children: marks), size: size)
      }
      let node = try compose(event, depth: depth + 1)
      elements.append(node.value)
      marks.append(node.mark)
      size += node.size
    }
  }

  private mutating func composeMapping(at position: Position, depth: Int) throws(DocumentError) -> Node {
    var members: Object = [:]
    var marks: [Mark] = []
    var merged: [Node] = []
    var size = 1
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { break }
      let isMerge = isMergeKey(event)
      let key = isMerge ? "<<" : try key(event, depth: depth + 1)
      let valueEvent = try events.next()
      var node = try compose(valueEvent, depth: depth + 1)
      size += node.size + 1
      if isMerge {
        merged += try mergeSources(node, at: valueEvent.position)
        continue
      }
      if let index = members.index(forKey: key) {
        let first = marks[index].keyPosition.map { " (first in line \($0.line))" } ?? ""
        throw error(event.position, "“\(key)” is given twice in one mapping\(first)")
      }
      node.mark.keyPosition = event.position
      members[key] = node.value
      marks.append(node.mark)
    }
    for source in merged {
      for (index, (key, value)) in source.value.members.enumerated() where members[key] == nil {
        members[key] = value
        marks.append(source.mark.children[index])
      }
    }
    return Node(value: .object(members), mark: Mark(position, children: marks), size: size)
  }

  /// Whether a key asks for a merge (https://yaml.org/type/merge.html): a plain `<<`.
  private func isMergeKey(_ event: YAMLEvent) -> Bool {
    guard case .scalar(let properties, let text, let isPlain) = event.kind else { return false }
    return text == "<<" && (properties.tag == nil ? isPlain : properties.tag == "tag:yaml.org,2002:merge")
  }

  private func mergeSources(_ node: Node, at position: Position) throws(DocumentError) -> [Node] {
    switch node.value {
    case .object: return [node]
    case .array(let elements) where elements.allSatisfy({ $0.objectValue != nil }):
      return elements.indices.map { Node(value: elements[$0], mark: node.mark.children[$0], size: 0) }
    default: throw error(position, "“<<” must be followed by a mapping or a list of mappings")
    }
  }

  /// A key's text, as `sigs.k8s.io/yaml` makes JSON names of YAML keys.
  private mutating func key(_ event: YAMLEvent, depth: Int) throws(DocumentError) -> String {
    switch try compose(event, depth: depth).value {
    case .string(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let value): return value.description
    case .null: throw error(event.position, "a mapping's key is missing or null")
    case .array, .object: throw error(event.position, "a mapping's key must be a text, not a list or a mapping")
    }
  }

  private func error(_ position: Position, _ message: String) -> DocumentError {
    DocumentError(source: source, position: position, message)
  }
}
