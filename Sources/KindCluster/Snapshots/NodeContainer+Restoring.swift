public import Documents

extension NodeContainer {
  /// The request by which a container can be made again from what the engine says about it.
  ///
  /// - Parameter container: The answer of `GET /containers/{name}/json` for a node, of ours or kind's.
  /// - Returns: A body of `POST /containers/create`, without image and without the volume at `/var`.
  public static func request(likeOf container: Value) -> Value {
    let (configuration, host) = (container["Config"], container["HostConfig"])
    var request: Value = ["HostConfig": [:], "NetworkingConfig": ["EndpointsConfig": [Names.network: [:]]]]
    for name in ["Hostname", "Tty", "Env", "Labels", "ExposedPorts"] where !configuration[name].isNull {
      request[name] = configuration[name]
    }
    // What NodeContainer sets, and what kind sets besides.
    let names = [
      "Privileged", "SecurityOpt", "Tmpfs", "Binds", "Mounts", "PortBindings", "NetworkMode", "RestartPolicy", "Init",
      "CgroupnsMode", "Sysctls", "UsernsMode", "Devices",
    ]
    for name in names where !host[name].isNull { request["HostConfig"][name] = host[name] }
    // Docker tells of an anonymous volume apart from these, Podman as one more bind, and of any network as a bridge.
    request["HostConfig"]["Mounts"] = .array(
      host["Mounts"].elements.filter { $0["Target"] != .string(NodeVolume.path) })
    request["HostConfig"]["Binds"] = .array(
      host["Binds"].elements.filter { bind in
        bind.stringValue?.split(separator: ":").dropFirst().first.map(String.init) != NodeVolume.path
      })
    request["HostConfig"]["NetworkMode"] = .string(Names.network)
    return request
  }

  /// The same container from a snapshot: it gets an empty volume of its own, which the engine removes with it, to be
  /// filled before it starts.
  ///
  /// - Parameters:
  ///   - request: A body of `POST /containers/create`.
  ///   - image: The snapshot's image.
  ///   - inherited: The variables in the image's configuration, each as `NAME=value`.
  /// - Returns: The body to send.
  public static func request(_ request: Value, from image: String, inherited: [String]) -> Value {
    var request = request
    request["Image"] = .string(image)
    takeEmptyVolume(&request)
    // The image has the variables of the node that was saved; a proxy that is no longer wanted must not come back.
    let given = request["Env"].elements.compactMap(\.stringValue)
    func name(_ variable: String) -> String { String(variable.prefix { $0 != "=" }) }
    let names = Set(given.map(name))
    let stale = inherited.map(name).filter { $0.lowercased().hasSuffix("_proxy") && !names.contains($0) }
    request["Env"] = .array((given + stale.map { "\($0)=" }).map(Value.string))
    return request
  }

  /// Makes a request ask for an anonymous volume that the engine does not fill from the image.
  ///
  /// - Parameter request: A body of `POST /containers/create`.
  public static func takeEmptyVolume(_ request: inout Value) {
    request.removeValue(forKey: "Volumes")
    request["HostConfig"]["Mounts"] = .array(
      request["HostConfig"]["Mounts"].elements + [
        ["Type": "volume", "Target": .string(NodeVolume.path), "VolumeOptions": ["NoCopy": true]]
      ])
  }

  /// The port at which a request publishes the API server.
  ///
  /// - Parameter request: A body of `POST /containers/create`.
  /// - Returns: Address and port; nil if it publishes none.
  public static func apiServerBinding(_ request: Value) -> (address: String, port: Int)? {
    let binding = request["HostConfig"]["PortBindings"]["\(Names.apiServerPort)/tcp"][0]
    guard let port = binding["HostPort"].stringValue.flatMap({ Int($0) }) else { return nil }
    return (binding["HostIp"].stringValue ?? "", port)
  }

  /// Publishes the API server at another port.
  public static func setAPIServerPort(_ port: Int, in request: inout Value) {
    request["HostConfig"]["PortBindings"]["\(Names.apiServerPort)/tcp"][0]["HostPort"] = .string(String(port))
  }
}
