import Documents
import FoundationEssentials
import Platform
import Testing

/// What upstream's manifests of the pinned versions say is held against what ours say.
@Suite struct UpstreamFactsTests {
  @Test("each embedded object carries what upstream's of the pinned version carries", arguments: UpstreamFacts.all)
  func carriesUpstreamFacts(upstream: UpstreamFacts) throws {
    let options = try PlatformOptions()
    var ours: [String: Set<String>] = [:]
    for object in try upstream.package.rendered(options, certificatePEM: somePEM).objects {
      let facts = Facts(object)
      ours[facts.object] = Set(facts.lines)
    }
    var unused = Set(upstream.differences.map(\.fact))
    let objects = try upstream.objects()
    #expect(objects.count >= 7)
    for (object, lines) in objects {
      for line in lines {
        let fact = "\(object): \(line)"
        let difference = upstream.differences.first { fact.matches($0.fact) }
        if let difference {
          unused.remove(difference.fact)
        } else {
          #expect(ours[object]?.contains(line) == true, "missing: \(fact)")
        }
      }
    }
    #expect(unused.isEmpty, "these differences from upstream are no longer any")
  }

  @Test("the facts are those of the versions that are installed")
  func versions() throws {
    for upstream in UpstreamFacts.all {
      #expect(try upstream.package.description().version == upstream.version)
    }
  }

  static let manifest = ProcessInfo.processInfo.environment["PLATFORM_UPSTREAM"]

  /// Not a test of anything: writes the facts of a manifest beside it, for taking over those of a new version.
  ///
  ///     PLATFORM_UPSTREAM=install.yaml swift test --filter UpstreamFactsTests
  @Test("writes the facts of a manifest", .enabled(if: UpstreamFactsTests.manifest != nil))
  func writeFacts() throws {
    let file = try #require(Self.manifest)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    var lines: [String] = []
    for document in try YAML.parseAll(text, source: file) {
      let facts = Facts(document.value)
      lines += ["# \(facts.object)"] + facts.lines
    }
    try (lines.joined(separator: "\n") + "\n").write(toFile: "\(file).facts", atomically: true, encoding: .utf8)
  }
}

/// The facts of one package's upstream, from a file in Tests/UpstreamFacts.
struct UpstreamFacts: Sendable, CustomTestStringConvertible {
  let package: CorePackage
  let version: String
  let differences: [Difference]

  /// A fact of upstream that is not true here, on purpose; docs/manifests.md lists these for users.
  struct Difference: Sendable {
    /// `Deployment x: fact`, where `*` stands for any characters.
    let fact: String
    let why: String

    init(_ fact: String, _ why: String) {
      self.fact = fact
      self.why = why
    }
  }

  static let all = [argocd, gitea, nginx]

  var testDescription: String { package.rawValue }

  init(_ package: CorePackage, version: String, differences: [Difference]) {
    self.package = package
    self.version = version
    self.differences = differences
  }

  /// The listed facts: lines that begin with `#` name an object, the lines after it are its facts.
  func objects() throws -> [(object: String, lines: [String])] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "UpstreamFacts/\(package.rawValue)-\(version).txt")
    var objects: [(object: String, lines: [String])] = []
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("# ") {
        objects.append((String(line.dropFirst(2)), []))
      } else if !objects.isEmpty {
        objects[objects.count - 1].lines.append(String(line))
      }
    }
    return objects
  }
}

extension String {
  /// Whether this text is the pattern, in which `*` stands for any characters.
  fileprivate func matches(_ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    var rest = Substring(self)
    for (index, part) in parts.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == parts.count - 1 {
        return rest.hasSuffix(part)
      } else {
        guard let range = rest.firstRange(of: part) else { return false }
        rest = rest[range.upperBound...]
      }
    }
    return rest.isEmpty
  }
}
