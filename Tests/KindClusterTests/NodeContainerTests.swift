import Documents
import KindCluster
import Testing

@Suite struct NodeContainerTests {
  func request(
    engine: EngineTraits = EngineTraits(), proxy: [String: String] = [:],
    change: (inout ClusterConfiguration) -> Void = { _ in }
  ) throws -> Value {
    var cluster = ClusterConfiguration(name: try ClusterName("dev"), image: "kindest/node:v1")
    change(&cluster)
    return NodeContainer(
      cluster: cluster, node: cluster.nodes[0], name: "dev-control-plane", engine: engine, proxy: proxy
    ).createRequest
  }

  @Test("labels, host name, privileges, volumes and restart policy are kind's")
  func likeKind() throws {
    let request = try request()
    #expect(
      request["Labels"] == ["io.x-k8s.kind.cluster": "dev", "io.x-k8s.kind.role": "control-plane"])
    #expect(request["Hostname"] == "dev-control-plane")
    #expect(request["Tty"] == true)
    #expect(request["Volumes"] == ["/var": [:]])
    let host = request["HostConfig"]
    #expect(host["Privileged"] == true)
    #expect(host["Tmpfs"] == ["/tmp": "", "/run": ""])
    #expect(host["Binds"] == ["/lib/modules:/lib/modules:ro"])
    #expect(host["RestartPolicy"] == ["Name": "on-failure", "MaximumRetryCount": 1])
    #expect(host["CgroupnsMode"] == "private")
    #expect(host["NetworkMode"] == "kind")
    #expect(request["Env"] == ["KUBECONFIG=/etc/kubernetes/admin.conf"])
  }

  @Test("the API server is published on loopback unless the configuration says otherwise")
  func apiServerPort() throws {
    let bindings = try request { $0.networking.apiServerPort = 40001 }["HostConfig"]["PortBindings"]
    #expect(bindings == ["6443/tcp": [["HostIp": "127.0.0.1", "HostPort": "40001"]]])
  }

  @Test("one port published twice has two bindings")
  func samePortTwice() throws {
    let request = try request { cluster in
      cluster.nodes[0].extraPortMappings = [
        .init(containerPort: 443, hostPort: 8443), .init(containerPort: 443, hostPort: 9443),
      ]
    }
    #expect(request["HostConfig"]["PortBindings"]["443/tcp"].elements.count == 2)
    #expect(request["ExposedPorts"].members.keys.sorted() == ["443/tcp", "6443/tcp"])
  }

  @Test("mount options are written as the engine reads them")
  func mounts() throws {
    let request = try request { cluster in
      var mount = NodeConfiguration.Mount(hostPath: "/data", containerPath: "/mnt")
      mount.readOnly = true
      mount.propagation = .bidirectional
      cluster.nodes[0].extraMounts = [mount]
    }
    #expect(request["HostConfig"]["Binds"][1] == "/data:/mnt:ro,rshared")
  }

  @Test("a rootless engine gets /dev/fuse, one with remapped users the host's")
  func engineTraits() throws {
    var engine = EngineTraits()
    engine.rootless = true
    engine.userNamespaces = true
    let host = try request(engine: engine)["HostConfig"]
    #expect(host["Devices"][0]["PathOnHost"] == "/dev/fuse")
    #expect(host["UsernsMode"] == "host")
  }

  @Test("traits are read from the engine's own description")
  func readingTraits() {
    let traits = EngineTraits(info: [
      "SecurityOptions": ["name=seccomp,profile=default", "name=rootless"], "CgroupVersion": "1",
      "Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "xfs"]],
    ])
    #expect(traits.rootless && traits.cgroupV1 && !traits.needsDeviceMapper)
    #expect(
      EngineTraits(info: ["Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "xfs"]]]).needsDeviceMapper)
  }

  @Test("proxy variables come in both cases, with everything inside the cluster left direct")
  func proxy() {
    let variables = ProxyEnvironment.variables(
      host: ["https_proxy": "http://proxy:3128", "NO_PROXY": "example.org"], networking: Networking(),
      engineSubnets: ["172.18.0.0/16"], nodeNames: ["dev-control-plane"])
    #expect(variables["HTTPS_PROXY"] == "http://proxy:3128")
    #expect(
      variables["no_proxy"]
        == "172.18.0.0/16,example.org,10.96.0.0/16,10.244.0.0/16,dev-control-plane,.svc,.svc.cluster,.svc.cluster.local"
    )
    #expect(
      ProxyEnvironment.variables(host: ["PATH": "/bin"], networking: Networking(), engineSubnets: [], nodeNames: [])
        .isEmpty)
  }
}
