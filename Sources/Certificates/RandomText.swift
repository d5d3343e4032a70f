public import Diagnostics

/// Passwords and tokens from the operating system's random source.
public enum RandomText {
  /// The characters that a random text is made of.
  public struct Alphabet: Sendable, Hashable {
    let characters: [Character]

    /// The characters of a text, each counted once.
    public init(_ text: String) { characters = Set(text).sorted() }

    /// `a` to `z`, `A` to `Z` and `0` to `9`: safe in URLs, shells, YAML and JSON. 5.95 bits a character.
    public static let alphanumeric = Alphabet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    /// Lower-case hexadecimal digits. 4 bits a character.
    public static let hexadecimal = Alphabet("0123456789abcdef")
  }

  /// A random text; each character is drawn independently, all being equally likely.
  ///
  /// The standard library's generator reads `getrandom(2)` on Linux, and its range draws reject values that would make
  /// some characters likelier than others.
  ///
  /// - Parameters:
  ///   - length: Number of characters; 32 alphanumeric ones have 190 bits.
  ///   - alphabet: The characters to draw from; an empty one gives an empty text.
  /// - Returns: The text.
  public static func generate(length: Int = 32, from alphabet: Alphabet = .alphanumeric) -> Secret {
    var generator = SystemRandomNumberGenerator()
    return Secret(generate(length: length, from: alphabet, using: &generator))
  }

  static func generate(
    length: Int, from alphabet: Alphabet, using generator: inout some RandomNumberGenerator
  ) -> String {
    String((0..<max(0, length)).compactMap { _ in alphabet.characters.randomElement(using: &generator) })
  }
}
