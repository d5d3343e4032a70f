import Diagnostics
public import DockerEngine
public import Documents

/// The engine network that all kind nodes share, made as kind makes it.
///
/// Source: kind `pkg/cluster/internal/providers/docker/network.go`. Several processes may do this at once: the engine
/// lets networks of the same name exist side by side, so everybody who creates one afterwards deletes all but the one
/// that comes first in an order on which all agree.
public enum NodeNetwork {
  /// Makes sure that exactly one network of the name exists.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - name: The network's name; tests use their own.
  /// - Returns: The network as the engine describes it.
  /// - Throws: `EngineError` when the engine refuses; `Failure` when every address range is taken.
  public static func ensure(_ engine: Engine, name: String = Names.network) async throws -> Value {
    if let network = try await withoutDuplicates(engine, name) { return network }
    let mtu = try await defaultMTU(engine)
    // An engine without IPv6 refuses the first try, and gets a network with IPv4 only.
    for attempt in 0..<UInt32(5) {
      do {
        try await create(engine, name, subnet: UniqueLocalSubnet.make(name: name, attempt: attempt), mtu: mtu)
        break
      } catch let error as EngineError where isIPv6Unavailable(error) {
        try await create(engine, name, subnet: nil, mtu: mtu)
        break
      } catch let error as EngineError where isOverlap(error) {
        // Perhaps another process has just created the network with this range.
        if let network = try await withoutDuplicates(engine, name) { return network }
      }
    }
    guard let network = try await withoutDuplicates(engine, name) else {
      throw Failure(
        "the network '\(name)' cannot be created", cause: "five address ranges were tried and all overlap others",
        remedy: "remove networks you no longer use: docker network prune", status: .cannotCreate)
    }
    return network
  }

  /// The address ranges of a network.
  public static func subnets(_ network: Value) -> [String] {
    network["IPAM"]["Config"].elements.compactMap { $0["Subnet"].stringValue }
  }

  /// The bytes per packet set for a network, nil if it leaves that to the engine.
  public static func mtu(_ network: Value) -> Int? {
    network["Options"]["com.docker.network.driver.mtu"].stringValue.flatMap { Int($0) }
  }

  private static func create(_ engine: Engine, _ name: String, subnet: String?, mtu: Int?) async throws {
    var body: Value = [
      "Name": .string(name), "Driver": "bridge", "CheckDuplicate": true,
      "Options": ["com.docker.network.bridge.enable_ip_masquerade": "true"],
    ]
    if let mtu { body["Options"]["com.docker.network.driver.mtu"] = .string(String(mtu)) }
    if let subnet {
      body["EnableIPv6"] = true
      body["IPAM"] = ["Config": [["Subnet": .string(subnet)]]]
    }
    do {
      _ = try await engine.createNetwork(body)
    } catch let error as EngineError where error.status == 409 {
      // Somebody else was first.
    }
  }

  /// Networks with active containers come first, then the smallest id: the order kind uses. The order matters, since
  /// every process must keep the same one.
  private static func withoutDuplicates(_ engine: Engine, _ name: String) async throws -> Value? {
    let found = try await engine.listNetworks(name: name)
    if found.count < 2 { return found.first }
    var details: [Value] = []
    for network in found {
      if let detail = try await engine.inspectNetwork(network["Id"].stringValue ?? "") { details.append(detail) }
    }
    details.sort { left, right in
      let (most, least) = (left["Containers"].members.count, right["Containers"].members.count)
      if most != least { return most > least }
      return (left["Id"].stringValue ?? "") < (right["Id"].stringValue ?? "")
    }
    for duplicate in details.dropFirst() {
      do {
        try await engine.removeNetwork(duplicate["Id"].stringValue ?? "")
      } catch let error as EngineError where error.status == 404 {
        // Another process removed it.
      }
    }
    return details.first
  }

  private static func defaultMTU(_ engine: Engine) async throws -> Int? {
    try await engine.inspectNetwork("bridge").flatMap(mtu)
  }

  // The engine reports these faults of its host with status 500 and a text only; the same texts as in kind's
  // `isIPv6UnavailableError` and `isPoolOverlapError`.
  private static func isIPv6Unavailable(_ error: EngineError) -> Bool {
    ["Cannot read IPv6 setup for bridge", "ip6tables"].contains { error.message.contains($0) }
  }

  private static func isOverlap(_ error: EngineError) -> Bool {
    [
      "Pool overlaps with other one on this address space", "networks have overlapping",
      // Podman.
      "is already used on the host or by another config", "is being used by a network interface",
    ]
    .contains { error.message.contains($0) }
  }
}
