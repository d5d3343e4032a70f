public import Diagnostics

extension WorkloadFailure {
  /// The failure as the user sees it.
  ///
  /// - Parameters:
  ///   - package: The package the workload belongs to: `gitea`.
  ///   - log: The last lines of the container's log, if they could be had.
  /// - Returns: What to throw.
  public func failure(package: String, log: String? = nil) -> Failure {
    let place = "pod \(namespace)/\(pod), container \(container)"
    switch kind {
    case .imagePull:
      return Failure(
        "\(package): image \(image) cannot be pulled", cause: "\(message)  (kubelet, \(place))",
        remedy: "bring the image into the Docker Engine and run the command again: docker pull \(image)",
        status: .unhealthy)
    case .crashLoop:
      return Failure(
        "\(package): container \(container) crashes again and again",
        cause: ["\(message)  (\(place))", log].compactMap(\.self).joined(separator: "\n"),
        remedy: "kubectl -n \(namespace) logs \(pod) -c \(container) --previous", status: .unhealthy)
    }
  }
}
