import Harness

/// What the command line of `bench scale` asks for.
struct ScaleSettings {
  var program = HarnessEnvironment.binary ?? "idpbuilder"
  var programArguments: [String] = []
  var image = ""
  var counts = [25, 50, 100]
  var filesPerPackage = 50

  static let usage = """
    usage: bench scale [--image IMAGE] [--program PATH] [--program-arguments "…"] [--counts 25,50,100] [--files 50]
    Gives a platform so many packages of so many files each, once new and once unchanged, and prints time, connections
    and memory as a Markdown table. Without --image on the stand-in. Ends with status 1 if a target is missed.
    """

  init(_ arguments: some Collection<String>) throws {
    var left = Array(arguments)[...]
    while let option = left.popFirst() {
      guard let value = left.popFirst() else { throw ProgramError(Self.usage) }
      switch option {
      case "--image": image = value
      case "--program": program = value
      case "--program-arguments": programArguments = value.split(separator: " ").map(String.init)
      case "--counts": counts = value.split(separator: ",").compactMap { Int($0) }
      case "--files": filesPerPackage = Int(value) ?? 0
      default: throw ProgramError(Self.usage)
      }
    }
    guard !counts.isEmpty, filesPerPackage > 0 else { throw ProgramError(Self.usage) }
  }
}
