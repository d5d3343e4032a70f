import Endurance
import Glibc
import Harness

/// `soak daemon-restart`: an engine of its own is stopped, killed and robbed of its power.
/// - Returns: how many went wrong.
func soakEngineRestarts(_ settings: SoakSettings) async throws -> Int {
  guard let folder = getenv(ownEngineFolder).map({ String(cString: $0) }) else {
    throw ProgramError("not in a network of its own")
  }
  return try await EngineRestart.run(folder: folder, rounds: settings.count) { say($0) }
}

/// Tells the program in its own network namespace where its engine is.
private let ownEngineFolder = "SOAK_ENGINE_FOLDER"

/// Goes on in namespaces of its own for the network and mounts, with the environment of an engine of its own.
/// - Throws: ``ProgramError`` if there is no `unshare` (util-linux).
func enterOwnNetwork() throws {
  if getenv(ownEngineFolder) != nil { return }
  let folder = "/tmp/idpbuilder-it/engine-\(UInt32.random(in: 0x10_0000...0xff_ffff))"
  setenv(ownEngineFolder, folder, 1)
  setenv("DOCKER_HOST", OwnEngine.host(folder: folder), 1)
  var words = [
    "unshare", "--net", "--mount", "--", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\"", "/proc/self/exe",
  ]
  // The shell's /proc/self/exe would be the shell.
  var path = [CChar](repeating: 0, count: 4096)
  let length = readlink("/proc/self/exe", &path, path.count - 1)
  guard length > 0 else { throw ProgramError("this program's own file is not known") }
  words[7] = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  words += CommandLine.arguments.dropFirst()
  let argv = words.map { strdup($0) } + [nil]
  execvp("unshare", argv)
  throw ProgramError("unshare: \(String(cString: strerror(errno)))")
}
