import Certificates
public import Diagnostics
public import DockerEngine
import Documents
import Synchronization

/// Copies one volume of the engine into another, inside the engine: nothing passes through this program.
///
/// A helper container does it. Files that never change once they are written are given a second name (a hard link)
/// rather than copied, which needs both volumes in one mount: the helper sees the engine's directory of volumes. Where
/// that cannot be had (another volume driver, another file system, a desktop's virtual machine) everything is copied.
public struct VolumeCopy: Sendable {
  /// What is done with which part of the source.
  public struct Rules: Sendable, Hashable {
    /// Directories whose files never change once they are written, relative to the volume.
    public var linked: [String]
    /// Directories whose content is left out, relative to the volume; the directories themselves are made.
    public var emptied: [String]
    /// Whether the copy is on the disk, and not only in memory, when it is done.
    public var isDurable: Bool

    /// Rules by which everything is copied unless it is named here.
    public init(linked: [String] = [], emptied: [String] = [], isDurable: Bool = false) {
      self.linked = linked
      self.emptied = emptied
      self.isDurable = isDurable
    }
  }

  /// What was done.
  public struct Outcome: Sendable, Hashable {
    /// Whether the directories in ``Rules/linked`` share their files with the source.
    public let isLinked: Bool
    /// The size of the new volume's content, in bytes.
    public let size: Int64
    /// How much of it shares nothing with the source, in bytes.
    public let copied: Int64
  }

  /// The label of helper containers; its value is the cluster whose volumes they copy.
  public static let helperLabel = "idpbuilder.helper"

  private let engine: Engine
  private let image: String
  private let cluster: String

  /// Copies with a helper.
  ///
  /// - Parameters:
  ///   - engine: The engine that has the volumes.
  ///   - image: An image with bash and GNU's cp, du and tar, such as any node image.
  ///   - cluster: The cluster that this is done for, whose name the helper bears.
  public init(_ engine: Engine, image: String, cluster: String) {
    self.engine = engine
    self.image = image
    self.cluster = cluster
  }

  /// Removes helpers that killed commands left: they keep volumes from being removed.
  ///
  /// - Parameters:
  ///   - cluster: The cluster they were for; no other command copies its volumes at this moment.
  ///   - engine: The engine.
  /// - Throws: `EngineError`.
  public static func removeHelpers(of cluster: String, _ engine: Engine) async throws {
    try await NodeRemoval.removeAll(labels: ["\(helperLabel)=\(cluster)"], engine)
  }

  /// Copies. Nothing may write to either volume meanwhile.
  ///
  /// - Parameters:
  ///   - source: The volume to copy; it is not changed.
  ///   - target: A volume that is there and empty.
  ///   - rules: What is linked, and what is left out.
  ///   - deadline: When to give up.
  /// - Returns: What was done.
  /// - Throws: `EngineError`, or `Failure` with the helper's words.
  public func copy(
    _ source: String, to target: String, rules: Rules, deadline: Deadline = .after(.seconds(600))
  ) async throws -> Outcome {
    let name = "idpbuilder-copy-\(RandomText.generate(length: 12, from: .hexadecimal).revealed)"
    let request = try await request(source, target, rules)
    do {
      let outcome = try await run(name, request, source, target, deadline)
      try await engine.removeContainer(name, force: true, volumes: true)
      return outcome
    } catch {
      // In a task of its own: a cancelled one gets no answer from the engine any more.
      await Task { [engine] in try? await engine.removeContainer(name, force: true, volumes: true) }.value
      throw error
    }
  }

  private func run(
    _ name: String, _ request: Value, _ source: String, _ target: String, _ deadline: Deadline
  ) async throws -> Outcome {
    // A creation is never abandoned half-way: the engine would go on with it.
    try await Task { [engine] in
      do {
        _ = try await engine.createContainer(name: name, request)
      } catch let error as EngineError where error.status == 400 || error.status == 403 {
        // The directory of volumes is nowhere this engine can mount.
        var without = request
        without["HostConfig"]["Mounts"] = .array(
          without["HostConfig"]["Mounts"].elements.filter { $0["Type"] != "bind" })
        _ = try await engine.createContainer(name: name, without)
      }
    }.value
    try Task.checkCancellation()
    try await engine.startContainer(name)
    let code = try await engine.waitForContainer(name, deadline: deadline)
    var output: [UInt8] = []
    for try await chunk in try await engine.containerLogs(name, follow: false, tty: false) { output += chunk.bytes }
    let text = String(decoding: output, as: UTF8.self)
    guard code == 0, let outcome = Outcome(report: text) else {
      let isFull = text.contains("No space left on device")
      throw Failure(
        "volume \(source) cannot be copied", cause: text.isEmpty ? "the helper ended with exit code \(code)" : text,
        remedy: isFull ? "make room on the disk of the engine (idpbuilder snapshot list shows snapshots)" : nil,
        status: isFull ? .cannotCreate : .failure)
    }
    return outcome
  }

  private func request(_ source: String, _ target: String, _ rules: Rules) async throws -> Value {
    var mounts: Value = [
      ["Type": "volume", "Source": .string(source), "Target": "/source", "VolumeOptions": ["NoCopy": true]],
      ["Type": "volume", "Source": .string(target), "Target": "/target", "VolumeOptions": ["NoCopy": true]],
    ]
    if let directory = try await directory(of: source) {
      mounts.append(["Type": "bind", "Source": .string(directory), "Target": "/volumes"])
    }
    return [
      "Image": .string(image), "Entrypoint": ["/bin/bash", "-c"],
      "Cmd": [.string(VolumeCopyScript.text), "copy", .string(source), .string(target)],
      "Env": [
        .string("LINKED=\(rules.linked.joined(separator: "\n"))"),
        .string("EMPTIED=\(rules.emptied.joined(separator: "\n"))"), .string("DURABLE=\(rules.isDurable ? "1" : "")"),
      ],
      "User": "0:0", "WorkingDir": "/", "Tty": false, "Labels": [Self.helperLabel: .string(cluster)],
      "HostConfig": [
        "NetworkMode": "none", "Mounts": mounts, "Init": false, "ReadonlyRootfs": true, "Tmpfs": ["/tmp": ""],
        // What it takes to read and write any file with its owner, devices, capabilities, and the marks of overlay file
        // systems (`trusted.*`), which belong to image layers.
        "CapDrop": ["ALL"],
        "CapAdd": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP", "SYS_ADMIN"],
        "SecurityOpt": ["label=disable"],
      ],
    ]
  }

  /// The directory in which the engine keeps this volume and others; nil if it keeps this one elsewhere.
  private func directory(of volume: String) async throws -> String? {
    let suffix = "/\(volume)/_data"
    guard let point = try await engine.inspectVolume(volume)?["Mountpoint"].stringValue, point.hasSuffix(suffix) else {
      return nil
    }
    return String(point.dropLast(suffix.count))
  }
}

extension VolumeCopy.Outcome {
  /// Reads the helper's last line: `linked=yes size=123 copied=45`.
  init?(report: String) {
    guard let line = report.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix("linked=") }) else {
      return nil
    }
    var fields: [Substring: Substring] = [:]
    for field in line.split(separator: " ") {
      let parts = field.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      fields[parts[0]] = parts[1]
    }
    guard let linked = fields["linked"], let size = fields["size"].flatMap({ Int64($0) }),
      let copied = fields["copied"].flatMap({ Int64($0) })
    else { return nil }
    self.init(isLinked: linked == "yes", size: size, copied: copied)
  }
}
