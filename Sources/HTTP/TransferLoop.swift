/// stub
final class TransferLoop: Sendable {
  enum Command { case begin(Exchange), resumeReceiving(Exchange), resumeSending(Exchange), end(Exchange) }
  func submit(_ command: Command, label: String) throws(HTTPError) {}
  func notify(_ command: Command) {}
  func stop() {}
}
