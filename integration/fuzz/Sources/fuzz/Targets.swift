@testable import Archive
@testable import Commands
@testable import Diagnostics
@testable import DockerEngine
@testable import Documents
import Glibc
@testable import KindCluster
@testable import Kubernetes
@testable import Packages

/// What reads data from outside. Each takes any bytes, and checks promises that hold for all of them.
enum Targets {
  static let all: [String: @Sendable ([UInt8]) -> Void] = [
    "yaml": yaml, "json": json, "kind-config": kindConfiguration, "kubeconfig": kubeconfig,
    "docker-config": dockerConfiguration, "tar": tar, "exec-stream": execStream, "watch-stream": watchStream,
    "git-url": gitURL, "command-line": commandLine,
  ]

  /// What is accepted can be written, and read again as the same.
  private static func yaml(_ bytes: [UInt8]) {
    guard let documents = try? YAML.parseAll(text(bytes), source: "fuzz.yaml") else { return }
    for document in documents {
      let written = YAML.serialize(document.value)
      let again = try? YAML.parseAll(written).map(\.value)
      require(again == [document.value] || hasNumbers(document.value), "YAML changes when written: \(written)")
    }
  }

  private static func json(_ bytes: [UInt8]) {
    guard let value = try? JSON.parse(bytes) else { return }
    let again = try? JSON.parse(JSON.serialize(value))
    require(again == value || hasNumbers(value), "JSON changes when written")
  }

  private static func kindConfiguration(_ bytes: [UInt8]) {
    guard let name = try? ClusterName("fuzz") else { return }
    do throws(Failure) {
      let configuration = try KindConfigurationFile.read(text(bytes), source: "f", name: name, image: "i")
      for (node, nodeName) in zip(configuration.nodes, configuration.nodeNames) {
        _ = NodeContainer(cluster: configuration, node: node, name: nodeName, engine: EngineTraits()).createRequest
      }
    } catch {
      require(error.cause?.isEmpty == false, "a refusal without a cause")
    }
  }

  /// A kubeconfig keeps what is not ours.
  private static func kubeconfig(_ bytes: [UInt8]) {
    guard var file = try? Kubeconfig(parsing: bytes, source: "f") else { return }
    let names = Set(file.contextNames)
    file.merge(KubeconfigEntry(name: "kind-fuzz", cluster: ["server": "https://a"], user: ["token": "t"]))
    require(names.isSubset(of: file.contextNames), "a merge loses contexts")
    _ = file.remove("kind-fuzz")
    require(file.contextNames.allSatisfy { names.contains($0) }, "a removal adds contexts")
    _ = file.text
  }

  private static func dockerConfiguration(_ bytes: [UInt8]) {
    let files = FileAccess(read: { _ in bytes }, socketState: { _ in .absent })
    let environment = ["HOME": "/nowhere", "DOCKER_CONFIG": "/nowhere"]
    _ = try? EngineEndpoint.discover(environment: environment, flag: nil, files: files)
    let helper = CredentialHelper { _, _, _, _ in throw EngineError(.credentials, operation: "fuzz", "none") }
    waiting {
      guard let image = ImageReference("registry.example/a:1") else { return }
      _ = try? await RegistryCredentials.find(for: image, environment: environment, files: files, helper: helper)
    }
  }

  /// Nothing is written outside of the directory.
  private static func tar(_ bytes: [UInt8]) {
    let root = scratch
    waiting {
      let limits = ExtractionLimits(totalBytes: 1 << 20, entries: 200)
      try? await TarReader(bytes: bytes).extract(to: root + "/in/side", limits: limits)
    }
    let found = entries(root)
    require(found == ["in"] && Set(entries(root + "/in")).isSubset(of: ["side"]), "written outside: \(found)")
    removeAll(root + "/in/side")
  }

  /// However the stream is cut, the output is the same.
  private static func execStream(_ bytes: [UInt8]) {
    func output(piece: Int) -> ([UInt8], [UInt8], Bool) {
      var (demultiplexer, out, err, rest) = (StreamDemultiplexer(), [UInt8](), [UInt8](), bytes[...])
      do {
        while !rest.isEmpty {
          for chunk in try demultiplexer.feed(Array(rest.prefix(piece))) {
            if chunk.stream == .stdout { out += chunk.bytes } else { err += chunk.bytes }
          }
          rest = rest.dropFirst(piece)
        }
        try demultiplexer.finish()
        return (out, err, true)
      } catch { return ([], [], false) }
    }
    let (whole, single) = (output(piece: max(1, bytes.count)), output(piece: 1))
    require(whole == single, "the output depends on how the stream is cut")
  }

  private static func watchStream(_ bytes: [UInt8]) {
    func events(piece: Int) -> [WatchDecoder.Event]? {
      var (decoder, all, rest) = (WatchDecoder(limit: 1 << 16), [WatchDecoder.Event](), bytes[...])
      do throws(WatchFault) {
        while !rest.isEmpty {
          all += try decoder.feed(Array(rest.prefix(piece)))
          rest = rest.dropFirst(piece)
        }
        return all
      } catch { return nil }
    }
    require(events(piece: max(1, bytes.count)) == events(piece: 3), "the events depend on how the stream is cut")
    var lines = JSONLines()
    _ = try? lines.feed(bytes)
    _ = try? lines.finish()
  }

  /// Credentials never show.
  private static func gitURL(_ bytes: [UInt8]) {
    do throws(Failure) {
      let source = try RemoteSource(parsing: text(bytes))
      _ = String(describing: source)
    } catch {
      _ = error.description
    }
    let secret = "https://user:hunter2hunter2@" + text(bytes)
    do throws(Failure) {
      require(!"\(try RemoteSource(parsing: secret))".contains("hunter2hunter2"), "a password shows")
    } catch {
      require(!error.description.contains("hunter2hunter2"), "a password shows in an error")
    }
  }

  private static func commandLine(_ bytes: [UInt8]) {
    let arguments = text(bytes).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    switch Program.parse(arguments, columns: 100) {
    case .command(let command): _ = command.common
    case .help: break
    case .wrong(let failure): require(failure.status == .usage, "a wrong command line is no usage error")
    }
  }
}
