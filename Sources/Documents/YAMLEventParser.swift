import CYAML

/// libyaml's event parser over a text in memory.
///
/// Owns the parser and the copy of the text that it reads, and frees both once. Events are copied into Swift values and
/// deleted at once, so no pointer into libyaml leaves this type.
struct YAMLEventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let source: String?

  /// - Throws: ``DocumentError`` when memory runs out.
  init(_ bytes: [UInt8], source: String?) throws(DocumentError) {
    self.source = source
    input = .allocate(capacity: max(bytes.count, 1))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      throw DocumentError(source: source, "out of memory while reading YAML")
    }
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    length = bytes.count
  }

  private let length: Int

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event; after `streamEnd` there is none.
  ///
  /// - Throws: ``DocumentError`` where the text is not YAML.
  mutating func next() throws(DocumentError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(kind: try kind(of: event), position: Position(event.start_mark))
  }

  private func kind(of event: yaml_event_t) throws(DocumentError) -> YAMLEvent.Kind {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let properties = YAMLEvent.Properties(anchor: string(scalar.anchor), tag: string(scalar.tag))
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        properties, text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: throw DocumentError(source: source, "unexpected end of the YAML stream")
    }
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
  }

  private func error() -> DocumentError {
    let state = parser.pointee
    guard let problem = state.problem.map({ String(cString: $0) }) else {
      return DocumentError(source: source, "out of memory while reading YAML")
    }
    if state.error == YAML_READER_ERROR {
      let bytes = Array(input.prefix(length))
      let position = JSON.position(of: min(state.problem_offset, length), in: bytes)
      return DocumentError(source: source, position: position, "not a YAML text: \(problem)")
    }
    var message = problem
    if let context = state.context.map({ String(cString: $0) }) {
      message += " \(context)"
      let start = Position(state.context_mark)
      if start.line != Position(state.problem_mark).line { message += " that starts in line \(start.line)" }
    }
    return DocumentError(source: source, position: Position(state.problem_mark), message)
  }
}

extension Position {
  /// libyaml counts lines and characters from 0.
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
