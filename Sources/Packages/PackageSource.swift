public import Diagnostics

/// Where a package comes from: one value of `--package`.
public enum PackageSource: Sendable, Hashable, CustomStringConvertible {
  /// A directory, by its absolute path; its top-level YAML files count.
  case directory(String)
  /// A single file, by its absolute path.
  case file(String)
  /// A directory in a Git repository elsewhere.
  case remote(RemoteSource)

  /// The path, or the address without credentials: what idpbuilder records as `cnoe.io/package-source-path`.
  public var description: String {
    switch self {
    case .directory(let path), .file(let path): path
    case .remote(let source): source.description
    }
  }

  /// The repository, if the package comes from one.
  public var remote: RemoteSource? {
    guard case .remote(let source) = self else { return nil }
    return source
  }

  /// Reads the values of `--package`.
  ///
  /// A value with a scheme is an address. Anything else is the name of a directory or file if there is one, and
  /// otherwise an address in scp form (`git@host:org/repo//path`) or the short form for GitHub
  /// (`github.com/org/repo//path`). Looks at the file system, and blocks for that.
  ///
  /// - Parameters:
  ///   - values: The values in the order of the command line; each may be several, separated by commas.
  ///   - workingDirectory: The absolute path that relative ones count from.
  /// - Returns: The sources in the same order. One that is given twice counts where it is given last.
  /// - Throws: `Failure` that lists all faults, with the status `notFound` if files are missing, otherwise `usage`.
  public static func parse(_ values: [String], workingDirectory: String) throws(Failure) -> [PackageSource] {
    var sources: [PackageSource] = []
    var faults: [Failure] = []
    for value in values.flatMap(Self.split) {
      do throws(Failure) {
        sources.append(try PackageSource(parsing: value, workingDirectory: workingDirectory))
      } catch {
        faults.append(error)
      }
    }
    if let first = faults.first {
      guard faults.count > 1 else { throw first }
      throw Failure(
        "\(faults.count) packages cannot be used",
        cause: faults.map { fault in "\(fault.what)\(fault.cause.map { ": \($0)" } ?? "")" }.joined(separator: "\n"),
        remedy: first.remedy, status: first.status)
    }
    var seen: Set<PackageSource> = []
    return sources.reversed().filter { seen.insert($0).inserted }.reversed()
  }

  /// Reads one value without commas; see ``parse(_:workingDirectory:)``.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - workingDirectory: The absolute path that relative ones count from.
  /// - Throws: `Failure`.
  public init(parsing value: String, workingDirectory: String) throws(Failure) {
    if value.allSatisfy(\.isWhitespace) {
      throw Failure("an empty value was given for --package", remedy: Self.forms, status: .usage)
    }
    if RemoteSource.hasScheme(value) {
      self = .remote(try RemoteSource(parsing: value))
      return
    }
    let path = LexicalPath.absolute(value, in: workingDirectory)
    let kind: FileSystem.Kind
    do throws(FileSystemError) {
      kind = try FileSystem.kind(of: path, followingLinks: true)
    } catch {
      if RemoteSource.hasShortForm(value) {
        self = .remote(try RemoteSource(parsing: value))
        return
      }
      throw Failure("package \(value) cannot be read", cause: error.message, remedy: Self.forms, status: .notFound)
    }
    switch kind {
    case .directory: self = .directory(path)
    case .file: self = .file(path)
    case .symbolicLink, .other:
      throw Failure("package \(value) is neither a directory nor a file", remedy: Self.forms, status: .usage)
    }
  }

  static let forms = "give a directory, a YAML file, or an address such as https://host/org/repo//path?ref=main"

  /// Splits at commas; a part that starts with a double quote goes up to the next one, as in CSV.
  static func split(_ value: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var characters = value[...]
    while let character = characters.popFirst() {
      switch character {
      case "\"" where isQuoted && characters.first == "\"":
        part.append("\"")
        characters.removeFirst()
      case "\"" where isQuoted: isQuoted = false
      case "\"" where part.isEmpty: isQuoted = true
      case "," where !isQuoted:
        parts.append(part)
        part = ""
      default: part.append(character)
      }
    }
    parts.append(part)
    return parts
  }
}
