// What AddressSanitizer must report (`planted`), and what it must not: scripts/sanitize tries both before it believes it.
@main
enum Program {
  static func main() {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    bytes.initialize(repeating: 1, count: 8)
    print(bytes[CommandLine.arguments.contains("planted") ? 8 : 0])
    bytes.deallocate()
  }
}
