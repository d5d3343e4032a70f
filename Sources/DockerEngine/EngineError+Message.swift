import Documents

extension EngineError {
  /// The engine's own message: `{"message": …}` (API, schema `ErrorResponse`), or whatever text came instead.
  static func message(status: Int, body: [UInt8]) -> String {
    if let text = (try? JSON.parse(body))?["message"].stringValue, !text.isEmpty { return text }
    let text = String(decoding: body.prefix(500), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.isEmpty ? "the engine answered with status \(status)" : "status \(status): \(line)"
  }
}
