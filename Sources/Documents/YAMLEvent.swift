/// One event of libyaml's parser, copied out of its memory (`yaml_event_t` in yaml.h).
struct YAMLEvent {
  /// What a scalar, sequence or mapping says about itself before its content.
  struct Properties {
    var anchor: String?
    var tag: String?
  }

  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(Properties, text: String, isPlain: Bool)
    case sequenceStart(Properties)
    case sequenceEnd
    case mappingStart(Properties)
    case mappingEnd
  }

  let kind: Kind
  let position: Position
}
