import Diagnostics
import Testing

@testable import Certificates

@Suite("Digests, random text and password hashes")
struct SecretsTests {
  @Test("digests match the examples of FIPS 180")
  func digests() throws {
    #expect(
      try Digest.sha256(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try Digest.sha256(of: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(try Digest.sha1(of: Array("abc".utf8)).hex == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  @Test("a digest over pieces is the digest over the whole")
  func pieces() throws {
    var stream = try DigestStream()
    try stream.update(Array("a".utf8))
    try stream.update([])
    try stream.update(Array("bc".utf8))
    #expect(try stream.finish() == Digest.sha256(of: "abc"))
  }

  @Test("random texts have the length, use the whole alphabet and nothing else, and differ")
  func randomText() {
    let text = RandomText.generate(length: 5000, from: .hexadecimal).revealed
    #expect(text.count == 5000)
    #expect(Set(text) == Set("0123456789abcdef"))
    #expect(RandomText.generate() != RandomText.generate())
    #expect(RandomText.generate().revealed.count == 32)
    #expect(RandomText.generate(length: 0).revealed.isEmpty)
    #expect(RandomText.generate(length: 5, from: .init("")).revealed.isEmpty)
    #expect(Set(RandomText.generate(length: 3000, from: .init("ab!")).revealed) == Set("ab!"))
  }

  @Test("no character is likelier than another")
  func unbiased() {
    var counts: [Character: Int] = [:]
    for character in RandomText.generate(length: 62_000).revealed { counts[character, default: 0] += 1 }
    #expect(counts.count == 62)
    // Expected 1000 each with a deviation of 31; eight deviations make a false alarm rarer than 1 in 10^13.
    #expect(counts.values.allSatisfy { (750...1250).contains($0) })
  }

  // Vectors of OpenBSD's and jBCrypt's test suites (public domain and ISC).
  @Test(
    "bcrypt agrees with published vectors",
    arguments: [
      ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
      ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
      ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
      ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
      ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
    ])
  func bcryptVectors(_ password: String, _ hash: String) {
    #expect(PasswordHash.verify(Secret(password), hash: Secret(hash)))
    #expect(!PasswordHash.verify(Secret(password + "x"), hash: Secret(hash)))
  }

  @Test("a hash has bcrypt's form, its own salt, and fits its password alone")
  func bcrypt() throws {
    let hash = try PasswordHash.bcrypt(Secret("developer"), cost: 4)
    #expect(hash.revealed.hasPrefix("$2b$04$") && hash.revealed.utf8.count == 60)
    #expect(try PasswordHash.bcrypt(Secret("developer"), cost: 4) != hash)
    #expect(PasswordHash.verify(Secret("developer"), hash: hash))
    #expect(!PasswordHash.verify(Secret("Developer"), hash: hash))
    #expect(!PasswordHash.verify(Secret("developer"), hash: Secret("$2b$nonsense")))
    #expect(!PasswordHash.verify(Secret("developer"), hash: Secret("")))
  }

  @Test("a password that bcrypt would cut, and a cost it does not have, are refused")
  func bcryptRefusals() {
    #expect(throws: CertificateError.self) {
      try PasswordHash.bcrypt(Secret(String(repeating: "x", count: 73)), cost: 4)
    }
    #expect(throws: CertificateError.self) { try PasswordHash.bcrypt(Secret("a\0b"), cost: 4) }
    #expect(throws: CertificateError.self) { try PasswordHash.bcrypt(Secret("a"), cost: 99) }
  }
}
