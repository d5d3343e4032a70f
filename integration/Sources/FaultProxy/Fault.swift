/// What is done to one request or its answer.
public enum Fault: String, CaseIterable, Sendable {
  /// The connection ends before the request is passed on, and for a moment nobody listens.
  case refused
  /// The request is passed on; the connection is reset in the middle of the answer's body.
  case reset
  /// The answer comes late, and whole.
  case delayed
  /// The answer's body ends in the middle, as if it were complete.
  case truncated
  /// The request is not passed on; the answer is 500 with a message.
  case serverError = "500"
  /// The request is not passed on; the answer is 409 with a message.
  case conflict = "409"
  /// The request is not passed on; the answer is 429 and asks to come back after a second.
  case tooManyRequests = "429"
  /// The request is passed on; the answer's body goes on and on.
  case endless
}
