import Diagnostics
import Git
import Gitea

/// Repeats what the ingress in front of Gitea refused.
///
/// It answers 503 for as long as it knows no ready pod: a moment after a new one is ready, and again whenever a busy
/// machine makes Gitea late for a probe. Nothing tells when that is over.
///
/// - Parameter body: Work that may be done again when it was cut off anywhere.
/// - Returns: What the body returns.
/// - Throws: What the body throws; a refusal of the ingress only after thirty seconds of them.
func whileIngressSettles<Result: Sendable>(
  _ body: @Sendable () async throws -> Result
) async throws -> Result {
  let deadline = Deadline.after(.seconds(30))
  var backoff = Backoff(first: .milliseconds(100))
  while true {
    do {
      return try await body()
    } catch {
      guard isRefusalOfIngress(error), !deadline.hasPassed else { throw error }
      try await backoff.pause(until: deadline, awaiting: "the ingress")
    }
  }
}

private func isRefusalOfIngress(_ error: any Error) -> Bool {
  switch error {
  case let error as GiteaError: [502, 503, 504].contains(error.status)
  case let error as GitError: error.code == .network
  default: false
  }
}
