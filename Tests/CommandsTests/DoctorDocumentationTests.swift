import FoundationEssentials
import Testing

/// docs/doctor.md is what scripts are written from.
@Suite struct DoctorDocumentationTests {
  private static let root = String(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))

  private func text(_ path: String) throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: "/\(Self.root)/\(path)")), as: UTF8.self)
  }

  @Test("every id that a check gives is in docs/doctor.md, and every check is in its table")
  func ids() throws {
    let document = try text("docs/doctor.md")
    let folder = "/\(Self.root)/Sources/Bootstrap/Doctor"
    var sources = try text("Sources/Bootstrap/PlatformHealth.swift")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix("Check.swift") {
      sources += try text("Sources/Bootstrap/Doctor/\(name)")
    }
    let quoted = sources.split(separator: "\"").map(String.init)
    let checks = Set(["engine", "cgroups", "memory", "disk", "limits", "ports", "names", "proxy", "clock", "cluster"])
      .union(["certificates", "platform", "leftovers"])
    var found = 0
    for word in quoted {
      let parts = word.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, checks.contains(String(parts[0])), !parts[1].isEmpty,
        parts[1].allSatisfy({ $0.isLowercase || $0 == "-" })
      else { continue }
      found += 1
      // Those that say that all is well need no look-up.
      let well = ["version", "total", "free", "enough", "known", "none", "exceptions", "agree", "ready", "healthy"]
      if well.contains(String(parts[1])) || parts[1] == "failed" { continue }
      #expect(document.contains("`\(word)`"), "\(word)")
    }
    #expect(found > 30)
    for check in checks { #expect(document.contains("| `\(check)` |"), "\(check)") }
  }
}
