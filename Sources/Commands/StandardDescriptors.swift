import Glibc

/// Descriptors 0, 1 and 2 of the process.
enum StandardDescriptors {
  /// Makes sure that all three are taken. A program can be started with one closed (`>&-`); the first file or socket
  /// it opens then gets that number, and what is printed would go into it.
  ///
  /// What was closed reads as empty, and refuses to be written, as before.
  static func ensure() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one, since those below are open by now.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
