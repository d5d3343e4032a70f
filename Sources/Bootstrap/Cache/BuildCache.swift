import Diagnostics
import DockerEngine
import KindCluster

/// Makes the prepared node images that ``create(_:environment:events:)`` with the same options would start from.
///
/// - Parameters:
///   - options: What a later `create` will be asked for.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: The names of the images, by node image.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func buildCache(
  _ options: CreateOptions, environment: [String: String], events: EventSink
) async throws -> [String: String] {
  let wanted = try await CreateRequest(options, environment: environment) { events.send(.heading($0)) }
  let engine = try await connectEngine(options.dockerHost, environment)
  let nodeImages = Set(wanted.cluster.nodes.map(\.image)).sorted()
  events.send(.heading("Cache · " + nodeImages.map(NodeImage.friendly).joined(separator: ", ")))
  guard let preparation = try await wanted.preparation(options, engine, environment: environment, demand: .necessity)
  else {
    throw Failure("there is nothing to put into the node image", remedy: "name images with --preload", status: .usage)
  }
  let needed = nodeImages.filter { preparation.found[$0] == nil }
  let steps = [Step.pullNodeImages(needed, engine, environment: environment)] + preparation.steps()
  try await Runner(events: events).run(Plan(steps))
  return try await preparation.startImages.value()
}
