/// Words in commands that are printed for people to copy.
enum ShellWord {
  /// A word as a POSIX shell takes it: between quotes where it has characters that mean something to one.
  static func quoted(_ word: String) -> String {
    !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "/._:@+-".contains($0) }
      ? word : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
  }
}
