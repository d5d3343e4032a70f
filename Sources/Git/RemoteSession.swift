import CGit2
import HTTP

/// What the callbacks of one operation on a remote share.
///
/// libgit2 calls them on the thread that runs the operation; nothing else touches this object meanwhile.
final class RemoteSession {
  let bridge: BlockingBridge
  let remote: GitRemote
  /// Fetch only so many commits of each branch, where the server allows it; nil for all.
  var depth: Int?
  /// The error of one of our callbacks; libgit2 itself only carries a number.
  var failure: (any Error)?
  /// Where the connection that is being made goes: to the remote, or to a submodule's.
  private(set) var address: GitURL
  /// What the server of that connection may still be shown; nil before it asks.
  var offers: SSHOffers?
  /// What the server said for people, and its reasons for refusing a reference.
  private(set) var messages = ""
  private(set) var refusals: [String] = []

  init(_ remote: GitRemote, bridge: BlockingBridge) {
    self.remote = remote
    self.bridge = bridge
    address = GitURL(remote.url)
  }

  /// Throws what went wrong if a code tells of failure, with what the server said.
  func check(_ code: Int32, _ operation: String) throws {
    guard code < 0 else { return }
    throw failure(operation)
  }

  /// What went wrong just now.
  func failure(_ operation: String) -> any Error {
    switch failure {
    case let error as GitError:
      return GitError(
        error.code, operation, error.message, underlying: error.underlying, remedy: error.remedy)
    case let error as HTTPError: return GitError(.network, operation, error.message, underlying: error)
    case let error?: return error
    case nil: break
    }
    if bridge.isCancelled { return CancellationError() }
    let error = GitError.last(operation)
    return GitError(error.code, operation, [error.message, said].compactMap(\.self).joined(separator: "; "))
  }

  /// Throws if the server accepted the objects but refused to move the reference.
  func checkRefusals(_ operation: String) throws(GitError) {
    guard !refusals.isEmpty else { return }
    let message = [refusals.joined(separator: ", "), said].compactMap(\.self).joined(separator: "; ")
    throw GitError(.rejected, operation, message)
  }

  private var said: String? {
    let lines = messages.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    return lines.isEmpty ? nil : "the server says: " + lines.joined(separator: " ")
  }

  /// The callbacks, with this object as their payload; it must outlive their use.
  func callbacks() -> git_remote_callbacks {
    var callbacks = git_remote_callbacks()
    git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
    callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
    callbacks.transport = { out, owner, payload in
      RemoteSession.from(payload)?.makeTransport(out, owner) ?? -1
    }
    callbacks.credentials = { out, _, user, allowed, payload in
      RemoteSession.from(payload)?.offer(out, as: user.map { String(cString: $0) }, allowed: allowed) ?? -1
    }
    callbacks.certificate_check = { certificate, _, host, payload in
      RemoteSession.from(payload)?.verify(certificate, of: host.map { String(cString: $0) } ?? "") ?? -1
    }
    callbacks.sideband_progress = { text, length, payload in
      guard let session = RemoteSession.from(payload) else { return -1 }
      session.hear(UnsafeRawBufferPointer(start: text, count: Int(max(0, length))))
      return session.verdict
    }
    callbacks.transfer_progress = { _, payload in RemoteSession.from(payload)?.verdict ?? -1 }
    callbacks.pack_progress = { _, _, _, payload in RemoteSession.from(payload)?.verdict ?? -1 }
    callbacks.push_transfer_progress = { _, _, _, payload in RemoteSession.from(payload)?.verdict ?? -1 }
    callbacks.push_update_reference = { name, status, payload in
      if let name, let status {
        RemoteSession.from(payload)?.refusals.append("\(String(cString: name)): \(String(cString: status))")
      }
      return 0
    }
    return callbacks
  }

  static func from(_ payload: UnsafeMutableRawPointer?) -> RemoteSession? {
    payload.map { Unmanaged<RemoteSession>.fromOpaque($0).takeUnretainedValue() }
  }

  /// What a callback returns: go on, or stop because the task was cancelled.
  var verdict: Int32 { bridge.isCancelled ? GIT_EUSER.rawValue : 0 }

  private func hear(_ text: UnsafeRawBufferPointer) {
    guard messages.utf8.count < 8192 else { return }
    messages += String(decoding: text, as: UTF8.self)
  }

  /// Our transport for http and https, libgit2's own for the rest.
  private func makeTransport(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, _ owner: OpaquePointer?
  ) -> Int32 {
    guard let text = git_remote_url(owner) else { return -1 }
    let url = GitURL(String(cString: text))
    address = url
    offers = nil
    guard url.isHTTP else { return git_transport_new(out, owner, text) }
    var definition = git_smart_subtransport_definition(
      callback: { out, _, param in
        guard let session = RemoteSession.from(param) else { return -1 }
        out?.pointee = Subtransport.make(session)
        return 0
      }, rpc: 1, param: Unmanaged.passUnretained(self).toOpaque())
    return git_transport_smart(out, owner, &definition)
  }
}
