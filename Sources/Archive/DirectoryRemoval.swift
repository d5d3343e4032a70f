import Glibc

/// Removes a directory and what is in it, without following links.
enum DirectoryRemoval {
  /// Removes as much as can be removed; the caller reports the error that led here, not this.
  static func remove(_ path: String) {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if number >= 0 { empty(number) }
    rmdir(path)
  }

  /// Empties the directory behind a descriptor and closes it.
  private static func empty(_ number: Int32) {
    _ = fchmod(number, 0o700)
    guard let stream = fdopendir(number) else {
      close(number)
      return
    }
    defer { closedir(stream) }
    while let item = readdir(stream) {
      let name = withUnsafeBytes(of: item.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if unlinkat(number, name, 0) == 0 { continue }
      let inner = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if inner >= 0 { empty(inner) }
      _ = unlinkat(number, name, AT_REMOVEDIR)
    }
  }
}
