extension RemoteSource {
  /// What stands after the `?` of an address.
  struct Parameters {
    var ref: String?
    var includesSubmodules = true
    var timeout: Duration?
    var unknown: [String] = []

    init(ref: String?, includesSubmodules: Bool, timeout: Duration?) {
      self.ref = ref
      self.includesSubmodules = includesSubmodules
      self.timeout = timeout
    }

    /// Reads `ref=…&version=…&submodules=…&timeout=…`. `ref` wins over `version`; empty values count as not given; of a
    /// parameter given twice the first counts, as in idpbuilder.
    init(query: String) throws(AddressFault) {
      var values: [String: String] = [:]
      for pair in query.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = Self.decode(parts[0])
        let value = parts.count > 1 ? Self.decode(parts[1]) : ""
        if !["ref", "version", "submodules", "timeout"].contains(name) {
          unknown.append(name)
        } else if values[name] == nil {
          values[name] = value
        }
      }
      ref = [values["ref"], values["version"]].lazy.compactMap(\.self).first { !$0.isEmpty }
      if let ref { try Self.check(ref: ref) }
      if let text = values["submodules"], !text.isEmpty { includesSubmodules = try Self.bool(text) }
      if let text = values["timeout"], !text.isEmpty { timeout = try Self.duration(text) }
    }

    private static func decode(_ text: Substring) -> String {
      PercentText.decode(text.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " "))
    }

    /// Refuses what can be no name of a branch, tag or commit (git-check-ref-format(1)).
    private static func check(ref: String) throws(AddressFault) {
      let isForbidden = ref.unicodeScalars.contains {
        $0.value <= 0x20 || $0.value == 0x7F || "~^:?*[\\".unicodeScalars.contains($0)
      }
      if isForbidden || ref.hasPrefix("-") || ref.hasPrefix("/") || ref.hasSuffix("/") || ref.contains("..")
        || ref.contains("@{")
      {
        throw AddressFault("“\(ref)” cannot be the name of a branch, tag or commit")
      }
    }

    /// The truth values that Go's `strconv.ParseBool` takes.
    private static func bool(_ text: String) throws(AddressFault) -> Bool {
      switch text {
      case "1", "t", "T", "true", "TRUE", "True": true
      case "0", "f", "F", "false", "FALSE", "False": false
      default: throw AddressFault("submodules must be true or false, not “\(text)”")
      }
    }

    /// A number of seconds, or a duration as Go's `time.ParseDuration` takes it: `90`, `1m30s`, `1.5h`.
    static func duration(_ text: String) throws(AddressFault) -> Duration {
      let fault = AddressFault("timeout must be seconds or a duration such as 90s or 2m, not “\(text)”")
      if let seconds = Int(text) {
        guard (1...604_800).contains(seconds) else { throw fault }
        return .seconds(seconds)
      }
      let units: [(name: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
      ]
      var rest = text[...]
      var total = 0.0
      while !rest.isEmpty {
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        rest = rest.dropFirst(digits.count)
        let name = rest.prefix { !$0.isNumber && $0 != "." }
        rest = rest.dropFirst(name.count)
        guard let number = Double(digits), let unit = units.first(where: { $0.name == name }) else { throw fault }
        total += number * unit.seconds
      }
      guard total > 0, total <= 604_800 else { throw fault }
      return .seconds(total)
    }
  }
}
