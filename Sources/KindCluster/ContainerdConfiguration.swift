import CTOML
public import Diagnostics

/// containerd's configuration file in a node, with the user's changes.
public enum ContainerdConfiguration {
  /// Where kind's node images have it.
  public static let path = "/etc/containerd/config.toml"

  /// Merges patches into the file, one after the other, as kind does (`pkg/internal/patch/toml.go`): tables are merged
  /// member by member, anything else is replaced. A patch for another version of the file (`version = 3`) is left out.
  ///
  /// - Parameters:
  ///   - patches: TOML texts, `containerdConfigPatches` of kind's configuration.
  ///   - text: The file's content.
  /// - Returns: The new content. Comments do not survive.
  /// - Throws: `Failure` if the file or a patch is not TOML.
  public static func merging(_ patches: [String], into text: String) throws(Failure) -> String {
    var merged = try merge("", into: text, called: path)
    for (index, patch) in patches.enumerated() {
      merged = try merge(patch, into: merged, called: "containerdConfigPatches[\(index)]")
    }
    return merged
  }

  /// Checks that texts are TOML, before anything is made.
  ///
  /// - Parameter patches: `containerdConfigPatches` of kind's configuration.
  /// - Throws: `Failure` that names the patch.
  public static func check(_ patches: [String]) throws(Failure) { _ = try merging(patches, into: "") }

  private static func merge(_ patch: String, into text: String, called name: String) throws(Failure) -> String {
    var message: UnsafeMutablePointer<CChar>?
    guard let merged = ctoml_merge(text, patch, &message) else {
      defer { ctoml_free(message) }
      throw Failure("\(name) is not TOML", cause: message.map { String(cString: $0) }, status: .badInput)
    }
    defer { ctoml_free(merged) }
    return String(cString: merged)
  }
}
