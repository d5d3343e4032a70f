import FoundationEssentials
import Testing

/// Gives a new directory that is removed afterwards.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "archive-tests-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try await body(directory)
}

func write(_ bytes: [UInt8], to path: String) throws {
  try #require(
    FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o640]))
}

/// Text of a file, or nil.
func text(of path: String) -> String? {
  FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// Names in a directory, sorted.
func names(in directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

/// A ustar header block made by hand, for archives that libarchive would not write.
func header(_ path: String, type: Character = "0", link: String = "", size: Int = 0) -> [UInt8] {
  var block = [UInt8](repeating: 0, count: 512)
  func put(_ text: String, at offset: Int) {
    for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
  }
  let octal = String(size, radix: 8)
  put(path, at: 0)
  put("0000644\0", at: 100)
  put("0000000\0", at: 108)
  put("0000000\0", at: 116)
  put(String(repeating: "0", count: 11 - octal.count) + octal + "\0", at: 124)
  put("00000000000\0", at: 136)
  put("        ", at: 148)
  put(String(type), at: 156)
  put(link, at: 157)
  put("ustar\u{0}00", at: 257)
  let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
  put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
  return block
}

/// The end-of-archive marker.
let endMarker = [UInt8](repeating: 0, count: 1024)
