import Certificates
import Testing

@Suite("Keyed digests") struct KeyedDigestTests {
  /// RFC 2202, section 3, cases 1, 2 and 6 (a key longer than a block).
  @Test(
    "HMAC-SHA1 is that of RFC 2202",
    arguments: [
      ([UInt8](repeating: 0x0b, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
      (Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
      (
        [UInt8](repeating: 0xaa, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
        "aa4ae5e15272d00e95705637ce8a3b55ed402112"
      ),
    ])
  func hmac(key: [UInt8], text: String, expected: String) throws {
    #expect(try Digest.hmacSHA1(of: Array(text.utf8), key: key).hex == expected)
  }
}
