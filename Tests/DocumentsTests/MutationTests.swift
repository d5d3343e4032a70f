import Documents
import FoundationEssentials
import Testing

@Suite struct MutationTests {
  static let seeds = [
    "---\na: &x {b: [1, \"ä\\u00e4\", 'c'], d: 5}\nf: *x\n? g\n: !!str 5\n<<: *x\n...\n---\n- - h\n  - |2-\n     i\n  - >+\n    j\n",
    #"{"a":[1,-2.5e3,"ä\u00e4\ud83d\ude00",true,false,null],"b":{"c":""}}"#,
    "apiVersion: v1\nkind: List\nitems:\n- &a {x: 0x1f, y: .5, z: 1_0}\n- *a\n- ! yes\n- !!binary aGk=\n",
  ]

  /// A short run always; a long one with `IDPBUILDER_FUZZ_SECONDS`.
  @Test("mutated documents are read or refused with a position, and what is read survives being written")
  func mutations() throws {
    let seconds = ProcessInfo.processInfo.environment["IDPBUILDER_FUZZ_SECONDS"].flatMap { Int($0) }
    let end = ContinuousClock.now + (seconds.map { .seconds($0) } ?? .milliseconds(300))
    var generator = SystemRandomNumberGenerator()
    var count = 0
    while ContinuousClock.now < end {
      var bytes = Array(Self.seeds[count % Self.seeds.count].utf8)
      for _ in 0...Int.random(in: 0..<4, using: &generator) { mutate(&bytes, using: &generator) }
      check(bytes)
      count += 1
    }
    #expect(count > 0)
  }

  private func mutate(_ bytes: inout [UInt8], using generator: inout some RandomNumberGenerator) {
    let index = Int.random(in: 0...bytes.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: bytes.insert(.random(in: 0...255, using: &generator), at: index)
    case 1:
      bytes.insert(Array("[]{}&*!|>'\"%@`#:-?,\n\t <.0xeE+_~".utf8).randomElement(using: &generator) ?? 0, at: index)
    case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 0..<5, using: &generator)))
    default:
      let other = Int.random(in: 0...bytes.count, using: &generator)
      bytes.insert(contentsOf: Array(bytes[min(index, other)..<max(index, other)].prefix(20)), at: index)
    }
  }

  private func check(_ bytes: [UInt8]) {
    do {
      for document in try YAML.parseAll(bytes) {
        let written = YAML.serialize(document.value)
        #expect((try? YAML.parse(written).value) == document.value, "\(bytes)")
        #expect((try? JSON.parse(JSON.serialize(document.value))) == document.value, "\(bytes)")
      }
    } catch {
      #expect(error.position != nil, "\(bytes)")
    }
    if let value = try? JSON.parse(bytes) { #expect((try? JSON.parse(JSON.serialize(value))) == value, "\(bytes)") }
  }
}
