import Diagnostics

/// The files below a directory that go into its repository: everything but Git's own `.git`, at any depth, with dot-files,
/// symbolic links and executable bits as they are.
public struct DirectoryContent: Sendable, Hashable {
  /// A file or symbolic link.
  public struct Entry: Sendable, Hashable {
    /// What is at the path.
    public enum Kind: Sendable, Hashable {
      /// A file.
      case file(isExecutable: Bool)
      /// A symbolic link to a place inside of the directory.
      case symbolicLink(target: String)
    }

    /// The path from the directory, `/` between components.
    public let path: String
    /// What is there.
    public let kind: Kind
  }

  /// Something that cannot go into a repository.
  struct Fault: Sendable, Hashable {
    let path: String
    let message: String
  }

  /// More entries than this are taken for a mistake, such as a reference to a home directory.
  static let entryLimit = 200_000

  /// The directory's absolute path.
  public let directory: String
  /// What is in it, directories before what is in them, names in the order of their bytes.
  public private(set) var entries: [Entry] = []
  private(set) var faults: [Fault] = []
  private var realPath = ""

  /// Lists a directory. Reads no file's content; blocks.
  ///
  /// - Parameter directory: Its absolute path.
  init(listing directory: String) {
    self.directory = directory
    guard let realPath = FileSystem.realPath(directory) else {
      faults.append(Fault(path: "", message: "cannot be read"))
      return
    }
    self.realPath = realPath
    // A stack instead of recursion: the depth is up to whoever made the directory.
    var pending = [""]
    while let path = pending.popLast() {
      let subdirectories = list(path)
      if entries.count + faults.count > Self.entryLimit {
        faults.append(Fault(path: "", message: "more than \(Self.entryLimit) files"))
        return
      }
      pending += subdirectories.reversed()
    }
  }

  /// Takes in the entries of one directory.
  ///
  /// - Returns: The directories in it.
  private mutating func list(_ path: String) -> [String] {
    var subdirectories: [String] = []
    do throws(FileSystemError) {
      for name in try FileSystem.names(in: path.isEmpty ? directory : "\(directory)/\(path)") {
        guard let name else {
          faults.append(Fault(path: path, message: "contains a name that is not UTF-8"))
          continue
        }
        if name.lowercased() == ".git" { continue }
        let entryPath = path.isEmpty ? name : "\(path)/\(name)"
        switch try FileSystem.kind(of: "\(directory)/\(entryPath)", followingLinks: false) {
        case .directory: subdirectories.append(entryPath)
        case .file(let isExecutable): entries.append(Entry(path: entryPath, kind: .file(isExecutable: isExecutable)))
        case .symbolicLink: try addLink(entryPath)
        case .other: faults.append(Fault(path: entryPath, message: "is neither file, directory nor symbolic link"))
        }
      }
    } catch {
      faults.append(Fault(path: path, message: error.message))
    }
    return subdirectories
  }

  private mutating func addLink(_ path: String) throws(FileSystemError) {
    guard let target = try FileSystem.linkTarget("\(directory)/\(path)") else {
      faults.append(Fault(path: path, message: "is a symbolic link to a name that is not UTF-8"))
      return
    }
    if let message = fault(inLink: path, to: target) {
      faults.append(Fault(path: path, message: message))
    } else {
      entries.append(Entry(path: path, kind: .symbolicLink(target: target)))
    }
  }

  /// Links must lead to a place inside, both as texts and, where there is something, in fact: a component of the target
  /// may be a link itself.
  private func fault(inLink path: String, to target: String) -> String? {
    let message = "is a symbolic link to \(target), outside of the directory"
    if target.isAbsolutePath { return message }
    let lexical = LexicalPath.join(LexicalPath.directory(path), target)
    if LexicalPath.leadsOut(lexical) { return message }
    if lexical.pathParts.contains(where: { $0.lowercased() == ".git" }) {
      return "is a symbolic link into .git, which is left out"
    }
    guard let resolved = FileSystem.realPath("\(directory)/\(path)") else { return nil }
    return LexicalPath.isInside(resolved, of: realPath) ? nil : message
  }
}
