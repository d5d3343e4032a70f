import Dispatch
import Documents
import Glibc

/// Ends the program if a promise does not hold; libFuzzer keeps the input.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
  if holds { return }
  complain("broken promise: \(message())")
  abort()
}

func complain(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Runs an asynchronous body to its end on libFuzzer's thread.
func waiting(_ body: @escaping @Sendable () async -> Void) {
  let done = DispatchSemaphore(value: 0)
  Task {
    await body()
    done.signal()
  }
  done.wait()
}

/// Floating-point numbers may come back as integers and the other way round.
func hasNumbers(_ value: Value) -> Bool {
  switch value {
  case .number: true
  case .array(let elements): elements.contains(where: hasNumbers)
  case .object(let members): members.values.contains(where: hasNumbers)
  default: false
  }
}

/// A directory of this process with one empty directory `in` in it.
let scratch: String = {
  var template = Array("/tmp/idpbuilder-fuzz-XXXXXX".utf8CString)
  _ = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  mkdir(path + "/in", 0o755)
  return path
}()

func entries(_ path: String) -> [String] {
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

func removeAll(_ path: String) {
  for name in entries(path) { removeAll(path + "/" + name) }
  chmod(path, 0o700)
  remove(path)
}
