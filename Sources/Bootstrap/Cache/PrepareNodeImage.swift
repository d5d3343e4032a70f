import Certificates
import Diagnostics
import DockerEngine
import Documents
import FoundationEssentials
import KindCluster

extension PreparationRun {
  /// `prepared image`: the node image with everything inside is in the local engine.
  func prepareNodeImage() -> Step {
    Step(.preparedImage, title: "prepared image", after: [.nodeImage]) { [self] _ in
      guard isComplete else { return .missing }
      startImages.fulfil(found.mapValues(\.reference))
      volumes.fulfil(found.compactMapValues(\.volume).filter { $0.value != PreparedVolume.none })
      return .satisfied("\(images.count) images inside")
    } run: { [self] context in
      do {
        let prepared = try await prepareAll(context)
        volumes.fulfil(prepared.compactMapValues { $0?.volume })
        startImages.fulfil(prepared.compactMapValues { $0?.image })
        return try await outcome()
      } catch {
        if Task.isCancelled || demand == .necessity || images.contains(where: \.isRequired) { throw error }
        let failure = Failure("the node image is not prepared", because: error)
        context.warn("\(failure.what): \(failure.cause ?? ""); the cluster pulls its images itself")
        inside.fulfil(Set(images.map(\.name)))
        volumes.fulfil([:])
        startImages.fulfil([:])
        return "not made"
      }
    }
  }

  /// How many of the wanted images the nodes start with: those that were inside, and those that were to be had.
  private func outcome() async throws -> String {
    let before = try await inside.value()
    var count = 0
    for image in images {
      if before.contains(image.name) {
        count += 1
      } else if try await pulls[image.name]?.value() ?? nil == nil {
        count += 1
      }
    }
    return count == images.count ? "\(count) images inside" : "\(count) of \(images.count) images inside"
  }

  /// Makes what is missing, one node image after the other: they would only share the disk.
  private func prepareAll(_ context: StepContext) async throws -> [String: Preparation.Result?] {
    let lock = try LockFile(name: Self.lockName, engine: engine.endpoint.name, environment: environment)
    try await lock.take { context.report("waits for another idpbuilder that makes one (process \($0))") }
    defer { withExtendedLifetime(lock) {} }
    let owner = Self.owner(lock)
    // Nobody else of this owner is at work while we have the lock.
    try await Self.removeLeftovers(of: owner, engine)
    context.rollBack("removing the container in which the node image was prepared") { [engine, environment] in
      // By then the lock is free again. Whoever has taken it has removed what we left, and makes an image now.
      let lock = try LockFile(name: Self.lockName, engine: engine.endpoint.name, environment: environment)
      guard lock.take() else { return }
      defer { withExtendedLifetime(lock) {} }
      try await Self.removeLeftovers(of: owner, engine)
    }
    var result: [String: Preparation.Result?] = [:]
    do {
      for request in requests {
        let work = try await Preparation(self, request.nodeImage, owner: owner, context)
        result[request.nodeImage] = try await work.run()
      }
    } catch {
      // What is left of it now, the next run removes.
      try? await PreparationContainer.removeLeftovers(of: owner, engine)
      throw error
    }
    return result
  }

  private static func removeLeftovers(of owner: String, _ engine: Engine) async throws {
    try await PreparationContainer.removeLeftovers(of: owner, engine)
    try await PreparedVolume.removeLeftovers(of: owner, engine)
  }

  /// What the lock is called.
  static let lockName = "prepared-node"

  /// Who may remove what a run left behind: whoever takes the same lock.
  static func owner(_ lock: LockFile) -> String {
    "\(ProcessInfo.processInfo.hostName):\(lock.path)"
  }
}
