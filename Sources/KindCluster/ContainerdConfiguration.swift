public import Diagnostics
import Documents
import TOMLKit

/// containerd's configuration file in a node, with the user's changes.
public enum ContainerdConfiguration {
  /// Where kind's node images have it.
  public static let path = "/etc/containerd/config.toml"

  /// Merges patches into the file, one after the other, as kind does (`pkg/internal/patch/toml.go`): tables are merged
  /// member by member (RFC 7386), anything else is replaced.
  ///
  /// - Parameters:
  ///   - patches: TOML texts, `containerdConfigPatches` of kind's configuration.
  ///   - text: The file's content.
  /// - Returns: The new content. Comments do not survive.
  /// - Throws: `Failure` if the file or a patch is not TOML.
  public static func merging(_ patches: [String], into text: String) throws(Failure) -> String {
    var value = try value(of: text, called: path)
    for (index, patch) in patches.enumerated() {
      value = value.applyingMergePatch(try self.value(of: patch, called: "containerdConfigPatches[\(index)]"))
    }
    return table(value).convert(to: .toml)
  }

  /// Checks that texts are TOML, before anything is made.
  ///
  /// - Parameter patches: `containerdConfigPatches` of kind's configuration.
  /// - Throws: `Failure` that names the patch.
  public static func check(_ patches: [String]) throws(Failure) { _ = try merging(patches, into: "") }

  private static func value(of text: String, called name: String) throws(Failure) -> Value {
    do {
      // The library writes JSON, which keeps every type that containerd's configuration uses.
      return try JSON.parse(TOMLTable(string: text).convert(to: .json))
    } catch {
      throw Failure("\(name) is not TOML", cause: String(describing: error), status: .badInput)
    }
  }

  private static func table(_ value: Value) -> TOMLTable {
    let table = TOMLTable()
    for (key, member) in value.members {
      if let converted = convertible(member) { table[key] = converted }
    }
    return table
  }

  private static func convertible(_ value: Value) -> (any TOMLValueConvertible)? {
    switch value {
    case .null: nil
    case .bool(let bool): bool
    case .integer(let integer): Int(integer)
    case .number(let number): number
    case .string(let string): string
    case .array(let elements): TOMLArray(elements.compactMap(convertible))
    case .object: table(value)
    }
  }
}
