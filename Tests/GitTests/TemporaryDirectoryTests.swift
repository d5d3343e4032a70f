import FoundationEssentials
import Glibc
import Testing

@testable import Git

@Suite struct TemporaryDirectoryTests {
  @Test("what a killed process left is removed by the next, what a living one has stays")
  func abandoned() throws {
    let purpose = "test\(UInt32.random(in: 0 ... .max))"
    let root = FileManager.default.temporaryDirectory.path
    let abandoned = "\(root)/idpbuilder-\(purpose)-abandoned"
    try FileManager.default.createDirectory(atPath: abandoned + "/in/side", withIntermediateDirectories: true)
    var living: TemporaryDirectory? = try TemporaryDirectory(purpose)
    let path = try #require(living?.path)
    #expect(!FileManager.default.fileExists(atPath: abandoned))
    let second = try TemporaryDirectory(purpose)
    #expect(FileManager.default.fileExists(atPath: path))
    let mode = try FileManager.default.attributesOfItem(atPath: second.path)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    withExtendedLifetime(living) {}
    living = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
