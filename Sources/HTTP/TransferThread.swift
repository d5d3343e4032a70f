import CCurl
import Synchronization

/// What the transfer thread does. All of it runs there.
///
/// `@unchecked`: an instance is made, handed to the new thread, and used by it alone.
final class TransferThread: @unchecked Sendable {
  private let loop: TransferLoop
  private let multi: MultiHandle
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  /// The same transfers by their easy handles.
  private var transfersByHandle: [UnsafeMutableRawPointer: Transfer] = [:]

  init(loop: TransferLoop, multi: MultiHandle) {
    self.loop = loop
    self.multi = multi
  }

  func run() {
    while let commands = loop.takeCommands() {
      for command in commands { handle(command) }
      var running: Int32 = 0
      curl_multi_perform(multi.pointer, &running)
      finishCompleted()
      let pause = endExpired()
      curl_multi_poll(multi.pointer, nil, 0, Int32(pause), nil)
    }
    for transfer in transfers.values {
      remove(transfer)
      transfer.exchange.finish(.failure(transfer.exchange.error(.cancelled, "the client was closed")))
    }
  }

  private func handle(_ command: TransferLoop.Command) {
    switch command {
    case .begin(let exchange):
      begin(exchange)
    case .resumeReceiving(let exchange), .resumeSending(let exchange):
      guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
      transfer.noteResumed()
      // Unpauses both directions; the callbacks pause again what has nothing to do.
      curl_easy_pause(transfer.easy.pointer, CURLPAUSE_CONT)
    case .end(let exchange):
      if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer) }
    }
  }

  private func begin(_ exchange: Exchange) {
    if exchange.state.withLock({ $0.outcome != nil }) { return }
    do throws(HTTPError) {
      let transfer = try Transfer(exchange)
      let code = curl_multi_add_handle(multi.pointer, transfer.easy.pointer)
      guard code == CURLM_OK else { throw exchange.error(.other, String(cString: curl_multi_strerror(code))) }
      transfers[ObjectIdentifier(exchange)] = transfer
      transfersByHandle[transfer.easy.pointer] = transfer
    } catch {
      exchange.finish(.failure(error))
    }
  }

  private func finishCompleted() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi.pointer, &left) {
      guard message.pointee.msg == CURLMSG_DONE else { continue }
      // The message is gone once the handle is removed, so its parts are taken first.
      let code = idp_curl_message_result(message)
      guard let easy = message.pointee.easy_handle, let transfer = transfersByHandle[easy] else { continue }
      remove(transfer)
      transfer.complete(code)
    }
  }

  /// Ends what is past its time.
  ///
  /// - Returns: For how many milliseconds nothing more can expire.
  private func endExpired() -> Int {
    let now = ContinuousClock.now
    var pause = Duration.seconds(60)
    for transfer in Array(transfers.values) {
      guard let expiry = transfer.expiry else { continue }
      if expiry.moment <= now {
        remove(transfer)
        transfer.exchange.finish(.failure(transfer.exchange.error(.timedOut, expiry.message)))
      } else {
        pause = min(pause, expiry.moment - now)
      }
    }
    return pause.milliseconds
  }

  private func remove(_ transfer: Transfer) {
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    transfersByHandle[transfer.easy.pointer] = nil
    curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
  }
}
