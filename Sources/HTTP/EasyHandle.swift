import CCurl

/// A return code of libcurl that is not `CURLE_OK`, from setting an option.
struct OptionFailure: Error {
  let option: CURLoption
  let code: CURLcode
}

/// Owns one libcurl easy handle with what its options point to. Confined to the transfer thread.
///
/// Option names are libcurl's own: <https://curl.se/libcurl/c/easy_setopt_options.html>.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  /// libcurl writes its message for people here (`CURLOPT_ERRORBUFFER`).
  private let message: UnsafeMutablePointer<CChar>
  private var lists: [UnsafeMutablePointer<curl_slist>] = []

  init?() {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    _ = idp_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message)
  }

  deinit {
    // The handle first: it may still look at the lists and the buffer while it closes.
    curl_easy_cleanup(pointer)
    for list in lists { curl_slist_free_all(list) }
    message.deallocate()
  }

  /// What libcurl says about a result, in detail if it gave any.
  func message(for code: CURLcode) -> String {
    let detail = String(cString: message)
    return detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
  }

  /// The `errno` of the last failed connection (`CURLINFO_OS_ERRNO`), nil when there is none.
  var systemError: Int32? {
    var value = 0
    guard idp_curl_get_long(pointer, CURLINFO_OS_ERRNO, &value) == CURLE_OK, value != 0 else { return nil }
    return Int32(truncatingIfNeeded: value)
  }

  func set(_ option: CURLoption, _ value: Int) throws(OptionFailure) {
    try check(option, idp_curl_set_long(pointer, option, value))
  }

  func set(_ option: CURLoption, _ value: Bool) throws(OptionFailure) { try set(option, value ? 1 : 0) }

  func set(_ option: CURLoption, milliseconds duration: Duration) throws(OptionFailure) {
    // Zero would mean "no limit".
    try set(option, max(1, duration.milliseconds))
  }

  func setOffset(_ option: CURLoption, _ value: Int64) throws(OptionFailure) {
    try check(option, idp_curl_set_offset(pointer, option, curl_off_t(value)))
  }

  func set(_ option: CURLoption, _ value: String?) throws(OptionFailure) {
    let code = value.map { idp_curl_set_string(pointer, option, $0) } ?? idp_curl_set_string(pointer, option, nil)
    try check(option, code)
  }

  func setBlob(_ option: CURLoption, _ text: String) throws(OptionFailure) {
    var text = text
    let code = text.withUTF8 { idp_curl_set_blob(pointer, option, $0.baseAddress, $0.count) }
    try check(option, code)
  }

  func setPointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(OptionFailure) {
    try check(option, idp_curl_set_pointer(pointer, option, value))
  }

  func set(_ option: CURLoption, callback: idp_curl_transfer_callback) throws(OptionFailure) {
    try check(option, idp_curl_set_callback(pointer, option, callback))
  }

  /// Sets a list, which lives as long as the handle.
  func set(_ option: CURLoption, list items: [String]) throws(OptionFailure) {
    if items.isEmpty { return }
    var list: UnsafeMutablePointer<curl_slist>?
    for item in items {
      guard let longer = curl_slist_append(list, item) else {
        curl_slist_free_all(list)
        throw OptionFailure(option: option, code: CURLE_OUT_OF_MEMORY)
      }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    try check(option, idp_curl_set_list(pointer, option, list))
  }

  /// Has libcurl copy a request body (`CURLOPT_COPYPOSTFIELDS`).
  func setContent(_ bytes: [UInt8]) throws(OptionFailure) {
    try setOffset(CURLOPT_POSTFIELDSIZE_LARGE, Int64(bytes.count))
    let code = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map {
        idp_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0))
      } ?? idp_curl_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "")
    }
    try check(CURLOPT_COPYPOSTFIELDS, code)
  }

  private func check(_ option: CURLoption, _ code: CURLcode) throws(OptionFailure) {
    if code != CURLE_OK { throw OptionFailure(option: option, code: code) }
  }
}

extension Duration {
  /// Whole milliseconds, rounded up, within what fits 31 bits.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    if seconds >= 2_000_000 { return 2_000_000_000 }
    return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
