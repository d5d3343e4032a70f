/// The version of the program.
enum Version {
  /// After https://semver.org; `-dev` between releases.
  static let text = "0.1.0-dev"

  /// The operating system and the processor that the program was built for, in the words of Docker and Go.
  static var platform: String {
    #if arch(x86_64)
      let architecture = "amd64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "unknown"
    #endif
    #if os(Linux)
      return "linux/\(architecture)"
    #else
      return "darwin/\(architecture)"
    #endif
  }
}
