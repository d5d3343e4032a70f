import Diagnostics
import Documents

extension Finding {
  /// A remote package that could not be fetched.
  static func unfetched(_ remote: RemoteSource, because error: any Error) -> Finding {
    let failure = Failure("the repository cannot be fetched", because: error)
    let words =
      (failure.cause.map { "\(failure.what): \($0)" } ?? failure.what) + (failure.remedy.map { "; \($0)" } ?? "")
    let status: ExitStatus = failure.status == .failure ? .unavailable : failure.status
    return .error(DocumentError(source: remote.description, words), status: status)
  }
}
