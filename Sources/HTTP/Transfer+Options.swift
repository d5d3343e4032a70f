import CCurl
import Diagnostics

extension Transfer {
  /// Sets every option of the handle: <https://curl.se/libcurl/c/easy_setopt_options.html>.
  func configure() throws(OptionFailure) {
    try setConnection()
    try setTrust()
    try setRequest()
    try setCallbacks()
  }

  private func setConnection() throws(OptionFailure) {
    let configuration = exchange.configuration
    try easy.set(CURLOPT_URL, exchange.request.url)
    try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    try easy.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    // No signals for resolver timeouts, and no wait for resolver threads when a transfer is cancelled.
    try easy.set(CURLOPT_NOSIGNAL, true)
    try easy.set(CURLOPT_QUICK_EXIT, true)
    try easy.set(CURLOPT_TCP_KEEPALIVE, true)
    try easy.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: configuration.connectTimeout)
    try easy.set(CURLOPT_UNIX_SOCKET_PATH, configuration.unixSocket)
    if configuration.proxy == .none || configuration.unixSocket != nil {
      try easy.set(CURLOPT_PROXY, "")  // The empty text switches the environment variables off.
    }
    try easy.set(
      CURLOPT_CONNECT_TO,
      list: configuration.connectTo.map { from, to in "\(from):\(to)" }.sorted())
    let version = configuration.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
    try easy.set(CURLOPT_HTTP_VERSION, Int(version))
    try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    if case .streamed = exchange.request.body {
      // A body that cannot be sent again must not meet a kept connection that the server has just closed.
      try easy.set(CURLOPT_FRESH_CONNECT, true)
    }
  }

  private func setTrust() throws(OptionFailure) {
    let configuration = exchange.configuration
    try easy.set(CURLOPT_SSL_VERIFYPEER, 1)
    try easy.set(CURLOPT_SSL_VERIFYHOST, 2)
    switch configuration.trust {
    case .system:
      if let bundle = SystemTrust.bundle { try easy.set(CURLOPT_CAINFO, bundle) }
    case .pem(let certificates):
      // The built-in places must go, or their authorities would be believed as well.
      try easy.set(CURLOPT_CAPATH, nil)
      try easy.set(CURLOPT_CAINFO, nil)
      try easy.setBlob(CURLOPT_CAINFO_BLOB, certificates)
    }
    if let identity = configuration.identity {
      try easy.set(CURLOPT_SSLCERTTYPE, "PEM")
      try easy.set(CURLOPT_SSLKEYTYPE, "PEM")
      try easy.setBlob(CURLOPT_SSLCERT_BLOB, identity.certificatePEM)
      try easy.setBlob(CURLOPT_SSLKEY_BLOB, identity.keyPEM.revealed)
    }
  }

  private func setRequest() throws(OptionFailure) {
    let request = exchange.request
    switch request.body {
    case .none where request.method == .get:
      try easy.set(CURLOPT_HTTPGET, true)
    case .none where request.method == .head:
      try easy.set(CURLOPT_NOBODY, true)
    case .none where request.method == .delete:
      try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    case .none:
      try setContent([])
    case .bytes(let bytes):
      try setContent(bytes)
    case .streamed(_, let length):
      try easy.set(CURLOPT_UPLOAD, true)
      try easy.setOffset(CURLOPT_INFILESIZE_LARGE, length ?? -1)
      try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    if case .follow(let limit) = request.redirects {
      try easy.set(CURLOPT_FOLLOWLOCATION, true)
      try easy.set(CURLOPT_MAXREDIRS, limit)
    }
    try easy.set(CURLOPT_USERAGENT, exchange.configuration.userAgent)
    try easy.set(CURLOPT_HTTPHEADER, list: headerLines())
  }

  private func setContent(_ bytes: [UInt8]) throws(OptionFailure) {
    try easy.set(CURLOPT_POST, true)
    try easy.setContent(bytes)
    let method = exchange.request.method
    if method != .post { try easy.set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
  }

  /// Fields as libcurl wants them: `Name: value`, `Name;` for an empty value, `Name:` to leave out one of its own.
  private func headerLines() -> [String] {
    let headers = exchange.request.headers
    var lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for unwanted in ["Expect", "Content-Type"] where headers[unwanted] == nil { lines.append("\(unwanted):") }
    return lines
  }

  private func setCallbacks() throws(OptionFailure) {
    // Unretained: see the type's comment on who keeps it alive.
    let context = Unmanaged.passUnretained(self).toOpaque()
    try easy.setPointer(CURLOPT_WRITEDATA, context)
    try easy.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let context, let bytes else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let isAccepted = transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
      return isAccepted ? size * count : idp_curl_write_pause
    }
    try easy.setPointer(CURLOPT_HEADERDATA, context)
    try easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let context, let bytes else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let isAccepted = transfer.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
      return isAccepted ? size * count : 0
    }
    guard case .streamed = exchange.request.body else { return }
    try easy.setPointer(CURLOPT_READDATA, context)
    try easy.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let context, let bytes else { return idp_curl_read_abort }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      switch transfer.exchange.supply(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) {
      case .bytes(let copied): return copied
      case .pause: return idp_curl_read_pause
      case .end: return 0
      case .abort: return idp_curl_read_abort
      }
    }
  }
}
