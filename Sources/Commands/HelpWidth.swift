import Glibc
import Terminal

/// The width of help texts.
enum HelpWidth {
  /// The columns that help is laid out in at least. The argument parser ends the program where nothing is left beside its
  /// 26 columns of options (`wrapped(to:wrappingIndent:)` in `StringExtensions.swift` of apple/swift-argument-parser).
  private static let least = 40

  /// Makes sure that the argument parser finds at least as many, whatever the terminal or `COLUMNS` says. Call before
  /// there are threads.
  static func ensure() {
    let given = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
    if let columns = given ?? Channel.output.size?.columns, columns < least { setenv("COLUMNS", String(least), 1) }
  }
}
