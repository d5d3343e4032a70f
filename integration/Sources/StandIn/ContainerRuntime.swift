import Documents
import Glibc

/// `crictl`, `ctr` and `containerd`: a list of images, and nothing behind it.
enum ContainerRuntime {
  static func containerd(_ arguments: [String]) -> Int32 {
    if arguments.prefix(2) == ["config", "dump"] {
      say("version = 3\n\n[plugins]\n  [plugins.'io.containerd.cri.v1.images']\n    snapshotter = 'overlayfs'")
    } else if arguments.contains(where: { ["--version", "-v"].contains($0) }) {
      say("containerd github.com/containerd/containerd/v2 v2.0.0 stand-in")
    } else {
      serve()
    }
    return 0
  }

  /// Runs until it is told to end. There is nothing to serve: `ctr` works on the file itself.
  private static func serve() {
    var ends = sigset_t()
    sigemptyset(&ends)
    for number in [SIGTERM, SIGINT] { sigaddset(&ends, number) }
    pthread_sigmask(SIG_BLOCK, &ends, nil)
    complain("level=info msg=\"containerd successfully booted in 0.01s\"")
    var number: Int32 = 0
    sigwait(&ends, &number)
  }

  /// Whether the node has an image.
  static func has(_ name: String) -> Bool { images().contains { isNamed($0, name) } }

  // MARK: crictl

  static func crictl(_ arguments: [String]) -> Int32 {
    let options = Arguments(arguments, flags: ["q", "quiet", "v", "a", "D", "digests", "no-trunc"])
    switch options.rest.first {
    case "images", "image", "img":
      if options["o", "output"] == "json" {
        say(JSON.string(["images": .array(images().map(description))], pretty: true))
      } else {
        say("IMAGE                TAG                 IMAGE ID            SIZE")
        for image in images() {
          for tag in image["tags"].elements.compactMap(\.stringValue) {
            let colon = tag.lastIndex(of: ":") ?? tag.endIndex
            say(
              "\(tag[..<colon])   \(tag[colon...].dropFirst())   \((image["id"].stringValue ?? "").dropFirst(7).prefix(13))   1MB"
            )
          }
        }
      }
      return 0
    case "inspecti":
      let wanted = options.rest.dropFirst().first ?? ""
      guard let image = images().first(where: { isNamed($0, wanted) }) else {
        complain("FATA[0000] no such image \"\(wanted)\" present")
        return 1
      }
      say(JSON.string(["status": description(image), "info": [:]], pretty: true))
      return 0
    case "pull", "ps", "pods", "rmi": return 0
    case "info":
      say(
        "{\"status\":{\"conditions\":[{\"type\":\"RuntimeReady\",\"status\":true},{\"type\":\"NetworkReady\",\"status\":true}]}}"
      )
    case "version": say("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.0.0\nRuntimeApiVersion:  v1")
    default: break
    }
    return 0
  }

  private static func description(_ image: Value) -> Value {
    ["id": image["id"], "repoTags": image["tags"], "repoDigests": [], "size": "1000000"]
  }

  private static func isNamed(_ image: Value, _ name: String) -> Bool {
    let id = image["id"].stringValue ?? ""
    return id == name || id.dropFirst(7).hasPrefix(name) && name.count >= 6
      || image["tags"].elements.contains { $0.stringValue == name || $0.stringValue == qualified(name) }
  }

  /// A reference as containerd writes it: with its registry and tag.
  private static func qualified(_ name: String) -> String {
    var name = name
    let first = name.split(separator: "/").first ?? ""
    if !name.contains("/") {
      name = "docker.io/library/" + name
    } else if !first.contains("."), !first.contains(":"), first != "localhost" {
      name = "docker.io/" + name
    }
    return (name.split(separator: "/").last ?? "").contains(":") ? name : name + ":latest"
  }

  // MARK: ctr

  static func ctr(_ arguments: [String]) -> Int32 {
    let options = Arguments(
      arguments, flags: ["all-platforms", "digests", "force", "q", "quiet", "no-unpack", "local", "v", "version"])
    let words = options.rest
    switch (words.first, words.dropFirst().first) {
    case ("images", "import"), ("image", "import"), ("i", "import"): return load(words.dropFirst(2).first ?? "-")
    case ("images", "list"), ("images", "ls"), ("image", "ls"), ("i", "ls"):
      for image in images() { for tag in image["tags"].elements.compactMap(\.stringValue) { say(tag) } }
      return 0
    case ("images", "tag"), ("image", "tag"):
      guard words.count >= 4 else { return 1 }
      var all = images()
      guard let index = all.firstIndex(where: { isNamed($0, words[2]) }) else {
        complain("ctr: image \"\(words[2])\": not found")
        return 1
      }
      for name in words.dropFirst(3) where !all[index]["tags"].elements.contains(.string(name)) {
        all[index]["tags"].append(.string(name))
      }
      save(all)
      return 0
    case ("images", "remove"), ("images", "rm"), ("image", "rm"):
      var all = images()
      for index in all.indices {
        all[index]["tags"] = .array(all[index]["tags"].elements.filter { $0.stringValue != words.last })
      }
      save(all.filter { !$0["tags"].elements.isEmpty })
      return 0
    default: return 0
    }
  }

  private static func images() -> [Value] {
    Files.text(NodeLayout.images).flatMap { try? JSON.parse($0) }?.elements ?? []
  }

  private static func save(_ images: [Value]) {
    Files.write(NodeLayout.images, JSON.serialize(.array(images)))
  }

  /// Reads the archive of `docker save` and keeps the names and ids of its images.
  private static func load(_ path: String) -> Int32 {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY)
    guard let manifest = TarScan.contents(of: "manifest.json", in: descriptor).flatMap({ try? JSON.parse($0) }) else {
      complain("ctr: unrecognized image format")
      return 1
    }
    var all = images()
    for entry in manifest.elements {
      // `blobs/sha256/<hex>` or `<hex>.json`.
      let config = entry["Config"].stringValue ?? ""
      let hex = config.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
      let tags = entry["RepoTags"].elements.compactMap(\.stringValue).map(qualified)
      let id = "sha256:\(hex)"
      for index in all.indices {
        all[index]["tags"] = .array(all[index]["tags"].elements.filter { !tags.contains($0.stringValue ?? "") })
      }
      all.removeAll { $0["id"].stringValue == id || $0["tags"].elements.isEmpty }
      all.append(["id": .string(id), "tags": Value(tags)])
      for tag in tags { say("unpacking \(tag) (\(id))...done") }
    }
    save(all)
    return 0
  }
}

/// Finds one member of a tar archive (POSIX.1-1988 ustar headers) and reads the rest to the end.
enum TarScan {
  static func contents(of name: String, in descriptor: Int32) -> [UInt8]? {
    var reader = Reader(descriptor: descriptor)
    var found: [UInt8]?
    while let header = reader.take(512), header[0] != 0 {
      let member = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
      let size = header[124..<136].reduce(0) { (0x30...0x37).contains($1) ? $0 * 8 + Int($1 - 0x30) : $0 }
      if member == name {
        found = reader.take(size)
        reader.skip((512 - size % 512) % 512)
      } else {
        reader.skip((size + 511) / 512 * 512)
      }
    }
    while reader.take(65_536) != nil {}
    return found
  }

  private struct Reader {
    let descriptor: Int32

    mutating func take(_ count: Int) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: count)
      var offset = 0
      while offset < count {
        let part = bytes.withUnsafeMutableBytes {
          read(descriptor, $0.baseAddress?.advanced(by: offset), count - offset)
        }
        if part <= 0 { return nil }
        offset += part
      }
      return bytes
    }

    mutating func skip(_ count: Int) {
      var left = count
      while left > 0 {
        guard take(min(left, 1 << 20)) != nil else { return }
        left -= min(left, 1 << 20)
      }
    }
  }
}
