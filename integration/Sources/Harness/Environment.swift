import Glibc

/// What the harness learns from its own environment.
public enum HarnessEnvironment {
  /// The environment of this process.
  public static let all: [String: String] = {
    var variables: [String: String] = [:]
    var pointer = environ
    while let entry = pointer.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      pointer += 1
    }
    return variables
  }()

  /// The integration package's folder.
  public static let package: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// What the stand-in image is called: `STAND_IN_IMAGE`, so that two checkouts need not share one.
  public static var standInImage: String { all["STAND_IN_IMAGE"] ?? "idpbuilder.localhost/stand-in-node:v1.36.1" }

  /// The folder of this package's built programs.
  public static var programs: String { all["INTEGRATION_PROGRAMS"] ?? package + "/.build/debug" }

  /// The binary under test: `IDPBUILDER_BINARY`, or what `swift build` left in the root package.
  public static let binary: String? = {
    let root = package.split(separator: "/").dropLast().joined(separator: "/")
    let candidates = [
      all["IDPBUILDER_BINARY"], "/\(root)/.build/release/idpbuilder", "/\(root)/.build/debug/idpbuilder",
    ]
    return candidates.compactMap { $0 }.first { access($0, X_OK) == 0 }
  }()

  /// Whether the binary under test was built with a sanitizer (`IDPBUILDER_SANITIZER`), which takes memory of its own.
  public static var isSanitized: Bool { all["IDPBUILDER_SANITIZER"] != nil }

  /// The path of a program, if there is one.
  public static func find(_ program: String) -> String? {
    (all["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  /// Whether a Docker Engine answers; tests that need one are skipped otherwise.
  public static let hasEngine: Bool = {
    guard let docker = find("docker") else { return false }
    var status: Int32 = -1
    var identifier = pid_t()
    let words: [String] = [docker, "version", "--format", "{{.Server.Version}}"]
    let argv = words.map { strdup($0) } + [nil]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    guard posix_spawn(&identifier, docker, &actions, nil, argv, environ) == 0 else { return false }
    waitpid(identifier, &status, 0)
    for pointer in argv { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    return status == 0
  }()
}
