import Glibc
import Harness

/// What the command line asks for.
struct Settings {
  /// The parts of the benchmark.
  enum Part: String, CaseIterable {
    case cluster, platform
  }

  var program = HarnessEnvironment.binary ?? "idpbuilder"
  var programArguments: [String] = []
  var kind = HarnessEnvironment.find("kind")
  var kubectl = HarnessEnvironment.find("kubectl")
  var peer: String?
  var peerArguments: [String] = []
  var image = ""
  /// Whether the image is the stand-in.
  var isStandIn = false
  var rounds = 3
  var parts = Set(Part.allCases)

  static let usage = """
    usage: bench [--image IMAGE] [--rounds N] [--only cluster|platform] [--program PATH]
                 [--kind PATH] [--kubectl PATH] [--idpbuilder PATH [--idpbuilder-arguments "…"]]
    Measures idpbuilder and, alternating with it, its peers, and prints medians and ratios as a Markdown table.
      --image IMAGE     a node image that the engine has; for the platform it holds the platform's images.
                        Left out: the stand-in, which says something about our own work only
      --program PATH    the program of this repository; default: its release or debug build
      --program-arguments "…"   more for its `create`, such as another port
      --kind, --kubectl default: from PATH; without them there is nothing to compare with
      --idpbuilder PATH cnoe-io/idpbuilder, with what its `create` needs to use the same images
      bench scale …     many packages at once; `bench scale --help` tells more
    Measure a release binary on an idle machine. Ends with status 1 if a target is missed.
    """

  init(_ arguments: [String]) throws {
    var left = arguments[...]
    while let option = left.popFirst() {
      guard let value = left.popFirst() else { throw ProgramError(Self.usage) }
      switch option {
      case "--image": image = value
      case "--program": program = value
      case "--program-arguments": programArguments = Self.words(value)
      case "--kind": kind = value
      case "--kubectl": kubectl = value
      case "--idpbuilder": peer = value
      case "--idpbuilder-arguments": peerArguments = Self.words(value)
      case "--only":
        guard let part = Part(rawValue: value) else { throw ProgramError(Self.usage) }
        parts = [part]
      case "--rounds":
        guard let number = Int(value), number > 0 else { throw ProgramError("--rounds takes a positive number") }
        rounds = number
      default: throw ProgramError(Self.usage)
      }
    }
  }

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

func complain(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

func exitProcess(_ status: Int32) -> Never { exit(status) }

/// The size of a file in bytes.
func size(of path: String) -> Int? {
  var information = stat()
  return stat(path, &information) == 0 ? information.st_size : nil
}
