import CGit2

/// libgit2 as a whole: started once, never stopped, because another thread may still use it at exit.
enum LibGit2 {
  private static let started: Int32 = {
    let code = git_libgit2_init()
    if code < 0 { return code }
    let limited = shim_git_limit_memory(4 << 20, 32 << 20, 8 << 20)
    return limited < 0 ? limited : shim_git_ignore_configuration()
  }()

  /// Starts libgit2 if that has not happened.
  static func start() throws(GitError) {
    guard started >= 0 else { throw .last("start libgit2") }
  }

  /// Throws libgit2's last error if a code tells of failure.
  static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(GitError) {
    if code < 0 { throw .last(operation()) }
  }

  /// Makes an object with a function that stores a pointer to it.
  static func make(
    _ operation: @autoclosure () -> String, _ body: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(GitError) -> OpaquePointer {
    var made: OpaquePointer?
    let code = body(&made)
    guard code >= 0, let made else { throw .last(operation()) }
    return made
  }
}
