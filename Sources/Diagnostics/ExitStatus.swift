/// The exit codes of the `idpbuilder` program, all of them, in one place.
///
/// The numbers above 63 follow `sysexits.h` where it has a fitting name; 130 and 143 are what shells report for a
/// program ended by SIGINT and SIGTERM. `docs/exit-codes.md` repeats this table for users.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// The command did what was asked.
  case success = 0
  /// Something failed that none of the codes below describes.
  case failure = 1
  /// The command line is wrong (`EX_USAGE`); nothing was changed.
  case usage = 64
  /// A file or a document that was given is wrong (`EX_DATAERR`); nothing was changed.
  case badInput = 65
  /// A named thing does not exist: a cluster, an image, a package (`EX_NOINPUT`).
  case notFound = 66
  /// The Docker Engine, the cluster or a server in it cannot be reached (`EX_UNAVAILABLE`).
  case unavailable = 69
  /// A fault in idpbuilder itself (`EX_SOFTWARE`).
  case internalError = 70
  /// Something that is needed could not be made: port taken, disk full, conflict with what exists (`EX_CANTCREAT`).
  case cannotCreate = 73
  /// Reading or writing failed on the way (`EX_IOERR`).
  case inputOutput = 74
  /// A deadline passed; trying again may help (`EX_TEMPFAIL`).
  case timedOut = 75
  /// The other side broke its protocol (`EX_PROTOCOL`).
  case protocolViolation = 76
  /// Access was denied by the operating system, the engine or a server (`EX_NOPERM`).
  case permissionDenied = 77
  /// A component of the cluster or the platform is broken: it says why, and the message repeats it (`EX_CONFIG`).
  case unhealthy = 78
  /// Ended by SIGINT (Ctrl-C).
  case interrupted = 130
  /// Ended by SIGTERM.
  case terminated = 143
}
