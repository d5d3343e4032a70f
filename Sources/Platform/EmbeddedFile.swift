import CManifests

/// One file of embedded-manifests/, as it was when the program was built.
public struct EmbeddedFile: Sendable, Hashable {
  /// The path below embedded-manifests/: `argocd/package.yaml`.
  public let path: String
  /// The content.
  public let bytes: [UInt8]

  /// All files, sorted by path.
  public static var all: [EmbeddedFile] { files { _ in true } }

  /// The files below a folder, sorted by path.
  ///
  /// - Parameter folder: A path without a slash at its end: `argocd/config`.
  /// - Returns: The files.
  public static func below(_ folder: String) -> [EmbeddedFile] { files { $0.hasPrefix("\(folder)/") } }

  private static func files(where isWanted: (String) -> Bool) -> [EmbeddedFile] {
    // The table is constant data of the program, see Sources/CManifests/include/CManifests.h.
    UnsafeBufferPointer(start: embedded_manifests(), count: embedded_manifests_count()).compactMap { file in
      let path = String(cString: file.path)
      guard isWanted(path) else { return nil }
      return EmbeddedFile(path: path, bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
    }
  }
}
