import Glibc

/// Called by libFuzzer with one input after the other (<https://llvm.org/docs/LibFuzzer.html>).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// The target that `FUZZ_TARGET` names.
private let chosen: @Sendable ([UInt8]) -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = Targets.all[name] else {
    let names = Targets.all.keys.sorted().joined(separator: " ")
    complain("FUZZ_TARGET must be one of: \(names)")
    exit(64)
  }
  return target
}()
