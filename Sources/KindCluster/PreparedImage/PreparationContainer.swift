import Diagnostics
public import DockerEngine
public import Documents
import HTTP
import Synchronization

/// A container in which images are added to a node image: its process is containerd alone, nothing of Kubernetes runs,
/// and it has no volume on `/var`, so that what is added becomes part of the image that is made of it.
///
/// kind makes its node images the same way (`pkg/build/nodeimage/buildcontext.go`, `createBuildContainer`).
public struct PreparationContainer: Sendable {
  /// Marks these containers, and names who made them: a run of the same owner removes what another left behind.
  static let ownerLabel = "idpbuilder.preparation.owner"
  /// Where an archive of images is unpacked.
  private static let incoming = "/var/lib/idpbuilder-incoming"

  private let engine: Engine
  /// The container's id.
  public let id: String

  private var node: Node { Node(engine, name: id) }

  /// Makes and starts a container.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - image: The node image, or one that was prepared before.
  ///   - owner: Who makes it; see ``removeLeftovers(of:_:)``.
  ///   - name: The container's name.
  ///   - volume: A volume for its `/var`, in which images can be unpacked; it is filled from the image.
  /// - Returns: The container, in which containerd answers.
  /// - Throws: `Failure`, `EngineError`.
  public static func start(_ engine: Engine, image: String, owner: String, name: String, volume: String? = nil)
    async throws -> PreparationContainer
  {
    var request: Value = [
      "Image": .string(image), "Entrypoint": ["containerd"], "Cmd": [], "StopSignal": "SIGTERM",
      "Labels": [ownerLabel: .string(owner)],
      "HostConfig": ["NetworkMode": "none", "Tmpfs": ["/run": "", "/tmp": ""], "Init": false],
    ]
    if let volume {
      request["HostConfig"]["Mounts"] = [["Type": "volume", "Source": .string(volume), "Target": "/var"]]
      // Unpacking mounts file systems, as in a node.
      request["HostConfig"]["Privileged"] = true
    }
    // A creation is never abandoned: see `ClusterRun.createAndStart`.
    let id = try await Task { try await engine.createContainer(name: name, request) }.value
    try Task.checkCancellation()
    let container = PreparationContainer(engine: engine, id: id)
    try await engine.startContainer(id)
    try await container.waitForContainerd(image: image)
    return container
  }

  /// Removes containers that runs of this owner left behind when they were killed. The caller makes sure that no other
  /// run of the owner is at work.
  ///
  /// - Throws: `EngineError`, `DeadlineExceeded`.
  public static func removeLeftovers(of owner: String, _ engine: Engine) async throws {
    try await NodeRemoval.removeAll(labels: ["\(ownerLabel)=\(owner)"], engine)
  }

  /// The references of the images inside.
  ///
  /// - Throws: `Failure`, `EngineError`.
  public func images() async throws -> Set<String> {
    let output = try await run(["ctr", "--namespace=k8s.io", "images", "list", "--quiet"], to: "list its images")
    return Set(output.split(whereSeparator: \.isNewline).map(String.init))
  }

  /// Adds images.
  ///
  /// The archive is unpacked into the container's file system by the engine and handed to containerd from there: the
  /// Engine API has no way for input of a command that works through every proxy of its socket.
  ///
  /// - Parameters:
  ///   - archive: What `docker save` writes.
  ///   - progress: Told how many bytes have been copied.
  /// - Throws: `Failure`, `EngineError`.
  public func add(_ archive: ByteSequence, progress: @escaping @Sendable (Int64) -> Void) async throws {
    _ = try await run(["mkdir", "-p", Self.incoming], to: "make a directory")
    let copied = Mutex(Int64(0))
    let counted = archive.map { chunk in
      let total = copied.withLock { copied in
        copied += Int64(chunk.count)
        return copied
      }
      progress(total)
      return chunk
    }
    try await engine.putArchive(id, path: Self.incoming, tar: ByteStream(counted))
    // Without unpacking: that needs a file system below that can be stacked, which the node's volume is.
    let script = """
      set -o pipefail
      cd "$1" && tar --create -- * | ctr --namespace=k8s.io images import --local --no-unpack - && rm -rf "$1"
      """
    _ = try await run(["bash", "-c", script, "import", Self.incoming], to: "add images to it")
  }

  /// Gives an image inside another name.
  ///
  /// - Throws: `Failure`, `EngineError`.
  public func rename(_ image: String, to name: String) async throws {
    _ = try await run(["ctr", "--namespace=k8s.io", "images", "tag", "--force", image, name], to: "name \(name)")
    _ = try await run(["ctr", "--namespace=k8s.io", "images", "remove", image], to: "forget \(image)")
  }

  /// Unpacks all images, as containerd does it before it runs one for the first time.
  ///
  /// - Throws: `Failure`, `EngineError`.
  public func unpack() async throws {
    // What is listed may be for other platforms, or no image that can be run: that need not be unpacked.
    let script = """
      ctr --namespace=k8s.io images list | while read -r name type digest rest; do
        case $digest in sha256:*) echo "$digest" ;; esac
      done | sort -u | while read -r digest; do
        ctr --namespace=k8s.io snapshots --snapshotter overlayfs unpack "$digest" || echo "not unpacked: $digest"
      done
      ctr --namespace=k8s.io snapshots --snapshotter overlayfs list | while read -r key parent kind; do
        case $kind in Active | View) echo "$key is in use" >&2; exit 1 ;; esac
      done
      """
    _ = try await run(["bash", "-c", script], to: "unpack its images")
  }

  /// Ends containerd; what it holds is on the disk then.
  ///
  /// - Throws: `Failure` if it does not end in order, `EngineError`.
  public func stop() async throws {
    try await engine.stopContainer(id, timeout: .seconds(30))
    let code = try await engine.inspectContainer(id)?["State"]["ExitCode"].intValue
    guard code == 0 else {
      throw Failure("the prepared node image cannot be made", cause: "containerd ended with code \(code ?? -1)")
    }
  }

  /// Ends containerd and makes an image of the container.
  ///
  /// - Parameters:
  ///   - content: What the image holds.
  ///   - nodeImage: What the engine says about the node image; the new one has its configuration.
  /// - Returns: The image's id.
  /// - Throws: `Failure`, `EngineError`.
  public func commit(_ content: PreparedImage.Content, nodeImage: Value) async throws -> String {
    try await stop()
    return try await PreparationContainer.commit(id, content, nodeImage: nodeImage, engine)
  }

  /// Makes an image with more labels than the node image has, and the same files.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - content: What the image holds.
  ///   - image: The node image's reference.
  ///   - owner: Who makes it; see ``removeLeftovers(of:_:)``.
  ///   - name: The name of the container that is needed for a moment; it is not started.
  /// - Returns: The image's id.
  /// - Throws: `EngineError`.
  public static func label(
    _ engine: Engine, _ content: PreparedImage.Content, image: String, owner: String, name: String
  ) async throws -> String {
    let request: Value = ["Image": .string(image), "Labels": [ownerLabel: .string(owner)]]
    let id = try await Task { try await engine.createContainer(name: name, request) }.value
    try Task.checkCancellation()
    let result = try await commit(id, content, nodeImage: try await engine.inspectImage(image) ?? [:], engine)
    try await engine.removeContainer(id, force: true, volumes: true)
    return result
  }

  /// Removes the container.
  ///
  /// - Throws: `EngineError`.
  public func remove() async throws { try await engine.removeContainer(id, force: true, volumes: true) }

  private static func commit(
    _ id: String, _ content: PreparedImage.Content, nodeImage: Value, _ engine: Engine
  ) async throws -> String {
    var configuration: Value = [:]
    for key in ["Entrypoint", "Cmd", "Env", "StopSignal", "WorkingDir", "User"] {
      configuration[key] = nodeImage["Config"][key]
    }
    var labels = try content.labels()
    // The engine adds the container's labels unless they are set: nodes made from the image must not look like this.
    labels[ownerLabel] = ""
    for (key, value) in nodeImage["Config"]["Labels"].stringMembers where labels[key] == nil { labels[key] = value }
    configuration["Labels"] = Value(labels)
    let name = try content.name()
    guard let colon = name.lastIndex(of: ":") else { return "" }
    return try await engine.commitContainer(
      id, repository: String(name[..<colon]), tag: String(name[colon...].dropFirst()), configuration: configuration)
  }

  private func run(_ command: [String], to purpose: String) async throws -> String {
    let result = try await node.run(command, deadline: .after(.seconds(600)))
    guard result.exitCode == 0 else {
      let cause = (result.errorOutput + result.output).split(whereSeparator: \.isNewline).suffix(5)
      throw Failure("the node image does not let us \(purpose)", cause: cause.joined(separator: "\n"))
    }
    return result.output
  }

  private func waitForContainerd(image: String) async throws {
    let engine = engine
    let id = id
    try await withDeadline(.after(.seconds(60)), awaiting: "containerd in \(NodeImage.friendly(image))") {
      var lines = LineSplitter()
      var last: [String] = []
      for try await chunk in try await engine.containerLogs(id, follow: true, tty: false) {
        for line in lines.take(chunk.bytes) {
          if line.contains("containerd successfully booted") { return }
          last = (last + [line]).suffix(5)
        }
      }
      throw Failure(
        "containerd of \(NodeImage.friendly(image)) does not start", cause: last.joined(separator: "\n"),
        status: .unhealthy)
    }
  }
}
