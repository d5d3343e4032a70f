import Harness
import Testing

/// What makes a test fail when the binary is built with a sanitizer (`scripts/sanitize`).
@Suite("a sanitizer's report")
struct SanitizerTests {
  @Test(
    "is seen in what a program writes, whatever its exit code is",
    arguments: ["==7==ERROR: AddressSanitizer: heap-use-after-free", "WARNING: ThreadSanitizer: data race (pid=7)"])
  func report(line: String) async throws {
    let program = try shell("echo first >&2; echo '\(line)' >&2; echo '    #0 main' >&2; exit 64")
    #expect(await program.result().status == 64)
    #expect(program.sanitizerFinding == "\(line)\n    #0 main")
  }

  @Test("is not seen where none is")
  func none() async throws {
    let program = try shell("echo 'a sanitizer might say AddressSanitizer' >&2")
    _ = await program.result()
    #expect(program.sanitizerFinding == nil)
  }

  private func shell(_ script: String) throws -> Program {
    try Program("sh", ["-c", script], environment: HarnessEnvironment.all, limit: .seconds(60))
  }
}
