import Glibc
import Harness

/// What the command line asks for.
struct Settings {
  var idpbuilder = HarnessEnvironment.binary ?? "idpbuilder"
  var kind = HarnessEnvironment.find("kind") ?? "kind"
  var image = ""
  var rounds = 3

  static let usage = """
    usage: bench --image IMAGE [--idpbuilder PATH] [--kind PATH] [--rounds N]
    Compares `idpbuilder create`/`delete` with `kind create cluster --wait`/`kind delete cluster` on a node image that the
    engine has, alternating. Measure a release binary on an idle machine.
    """

  init(_ arguments: [String]) throws {
    var left = arguments[...]
    while let option = left.popFirst() {
      guard let value = left.popFirst() else { throw ProgramError(Self.usage) }
      switch option {
      case "--image": image = value
      case "--idpbuilder": idpbuilder = value
      case "--kind": kind = value
      case "--rounds":
        guard let number = Int(value), number > 0 else { throw ProgramError("--rounds takes a positive number") }
        rounds = number
      default: throw ProgramError(Self.usage)
      }
    }
    guard !image.isEmpty else { throw ProgramError(Self.usage) }
  }
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
