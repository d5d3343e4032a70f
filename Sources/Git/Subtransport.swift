import CGit2
import HTTP

/// libgit2's view of our HTTP client: it asks for exchanges and reads and writes their bytes, blocking.
///
/// libgit2 owns the C structure and ends it with `free`; the structure owns the Swift object.
final class Subtransport {
  let session: RemoteSession
  private var http: SmartHTTP?
  private var offersDeepening = false

  private init(_ session: RemoteSession) { self.session = session }

  static func make(_ session: RemoteSession) -> UnsafeMutablePointer<git_smart_subtransport> {
    let pointer = UnsafeMutablePointer<shim_subtransport>.allocate(capacity: 1)
    let parent = git_smart_subtransport(
      action: { out, transport, url, service in
        guard let transport = Subtransport.from(transport), let url else { return -1 }
        return transport.session.guarded {
          out?.pointee = ExchangeStream.make(try transport.exchange(String(cString: url), service), transport.session)
        }
      },
      close: { transport in
        Subtransport.from(transport)?.http = nil
        return 0
      },
      free: { transport in
        guard let transport else { return }
        let pointer = UnsafeMutableRawPointer(transport).assumingMemoryBound(to: shim_subtransport.self)
        Unmanaged<Subtransport>.fromOpaque(pointer.pointee.context).release()
        pointer.deallocate()
      })
    let context = Unmanaged.passRetained(Subtransport(session)).toOpaque()
    pointer.initialize(to: shim_subtransport(parent: parent, context: context))
    return UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: git_smart_subtransport.self)
  }

  private static func from(_ transport: UnsafeMutablePointer<git_smart_subtransport>?) -> Subtransport? {
    guard let transport else { return nil }
    let pointer = UnsafeMutableRawPointer(transport).assumingMemoryBound(to: shim_subtransport.self)
    return Unmanaged<Subtransport>.fromOpaque(pointer.pointee.context).takeUnretainedValue()
  }

  private func exchange(_ text: String, _ service: git_smart_service_t) throws -> Exchange {
    let http = self.http ?? session.remote.makeHTTP(for: GitURL(text))
    self.http = http
    switch service {
    case GIT_SERVICE_UPLOADPACK_LS:
      let answer = try session.bridge.wait { try await http.advertisement(.uploadPack) }
      offersDeepening = Deepening.isOffered(in: answer)
      return Exchange(answer: answer)
    case GIT_SERVICE_RECEIVEPACK_LS:
      return Exchange(answer: try session.bridge.wait { try await http.advertisement(.receivePack) })
    case GIT_SERVICE_UPLOADPACK:
      // A submodule's commit need not be at the end of a branch, so only the main repository is cut.
      let isMain = GitURL(text).text == session.remote.url
      let depth = offersDeepening && isMain ? session.depth : nil
      return Exchange(http, .uploadPack, bridge: session.bridge, depth: depth)
    case GIT_SERVICE_RECEIVEPACK: return Exchange(http, .receivePack, bridge: session.bridge, depth: nil)
    default: throw GitError(.library(0), "use \(text)", "libgit2 asks for service \(service.rawValue)")
    }
  }
}

/// One exchange as a C structure; see ``Subtransport`` for who owns what.
private final class ExchangeStream {
  let exchange: Exchange
  let session: RemoteSession

  private init(_ exchange: Exchange, _ session: RemoteSession) {
    self.exchange = exchange
    self.session = session
  }

  static func make(
    _ exchange: Exchange, _ session: RemoteSession
  ) -> UnsafeMutablePointer<git_smart_subtransport_stream> {
    let pointer = UnsafeMutablePointer<shim_stream>.allocate(capacity: 1)
    let parent = git_smart_subtransport_stream(
      subtransport: nil,
      read: { stream, buffer, size, count in
        guard let stream = ExchangeStream.from(stream), let count else { return -1 }
        return stream.session.guarded {
          count.pointee = try stream.exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
        }
      },
      write: { stream, bytes, count in
        guard let stream = ExchangeStream.from(stream) else { return -1 }
        let code = stream.session.guarded {
          try stream.exchange.write(UnsafeRawBufferPointer(start: bytes, count: count))
        }
        return code < 0 ? code : stream.session.verdict
      },
      free: { stream in
        guard let stream else { return }
        let pointer = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: shim_stream.self)
        Unmanaged<ExchangeStream>.fromOpaque(pointer.pointee.context).release()
        pointer.deallocate()
      })
    let context = Unmanaged.passRetained(ExchangeStream(exchange, session)).toOpaque()
    pointer.initialize(to: shim_stream(parent: parent, context: context))
    return UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: git_smart_subtransport_stream.self)
  }

  private static func from(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) -> ExchangeStream? {
    guard let stream else { return nil }
    let pointer = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: shim_stream.self)
    return Unmanaged<ExchangeStream>.fromOpaque(pointer.pointee.context).takeUnretainedValue()
  }
}

extension RemoteSession {
  /// Runs a callback's work; an error is kept for who started the operation, and libgit2 gets a number.
  func guarded(_ body: () throws -> Void) -> Int32 {
    do {
      try body()
      return 0
    } catch {
      failure = error
      git_error_set_str(Int32(GIT_ERROR_HTTP.rawValue), "\(error)")
      return -1
    }
  }
}
