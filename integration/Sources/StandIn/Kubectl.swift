import ClusterAPI
import Documents
import NodeServer

/// `kubectl` as kind calls it in a node; it talks to process 1 through the node's socket.
enum Kubectl {
  static func run(_ arguments: [String]) -> Int32 {
    let options = Arguments(
      arguments,
      flags: [
        "all", "A", "all-namespaces", "server-side", "force-conflicts", "overwrite", "R", "recursive",
        "ignore-not-found",
      ])
    switch options.rest.first {
    case "create": return write(options, applies: false)
    case "apply": return write(options, applies: true)
    case "get": return get(options)
    case "taint": return change(options, taint)
    case "label": return change(options, label)
    case "version": say("Client Version: \(nodeVersion())\nServer Version: \(nodeVersion())")
    default:
      complain("error: unknown command \"\(options.rest.first ?? "")\" for \"kubectl\"")
      return 1
    }
    return 0
  }

  private static func send(
    _ method: String, _ target: String, _ contentType: String = "application/json", _ body: Value = .null
  ) -> (Int, Value)? {
    guard
      let answer = LocalClient.send(
        socket: NodeLayout.socket, method: method, target: target, contentType: contentType,
        body: body.isNull ? [] : JSON.serialize(body))
    else { return nil }
    return (answer.status, (try? JSON.parse(answer.body)) ?? .string(String(decoding: answer.body, as: UTF8.self)))
  }

  private static func refused() -> Int32 {
    complain("The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?")
    return 1
  }

  // MARK: Writing

  private static func write(_ options: Arguments, applies: Bool) -> Int32 {
    let file = options["f", "filename"] ?? "-"
    let bytes = file == "-" ? Files.readAll(0) : Files.read(file) ?? []
    guard let documents = try? YAML.parseAll(String(decoding: bytes, as: UTF8.self), source: file) else {
      complain("error: error parsing STDIN: error converting YAML to JSON")
      return 1
    }
    var status: Int32 = 0
    for document in documents {
      let objects = document.value["kind"].stringValue == "List" ? document.value["items"].elements : [document.value]
      for object in objects where !object.isNull {
        let code = write(object, applies: applies, namespace: options["n", "namespace"])
        if code != 0 { status = code }
      }
    }
    return status
  }

  private static func write(_ object: Value, applies: Bool, namespace: String?) -> Int32 {
    let apiVersion = object["apiVersion"].stringValue ?? "v1"
    let kind = object["kind"].stringValue ?? ""
    let base = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
    guard let (_, list) = send("GET", base) else { return refused() }
    guard
      let resource = list["resources"].elements.first(where: {
        $0["kind"].stringValue == kind && !($0["name"].stringValue ?? "").contains("/")
      })
    else {
      complain(
        "error: resource mapping not found for name: \"\(object.name)\" from \"STDIN\": no matches for kind \"\(kind)\" in version \"\(apiVersion)\""
      )
      return 1
    }
    let plural = resource["name"].stringValue ?? ""
    let space = namespace ?? object["metadata"]["namespace"].stringValue ?? "default"
    let scope = resource["namespaced"].boolValue == true ? "/namespaces/\(space)" : ""
    let path = "\(base)\(scope)/\(plural)"
    let answer =
      applies
      ? send("PATCH", "\(path)/\(object.name)?fieldManager=kubectl&force=true", "application/apply-patch+yaml", object)
      : send("POST", path, "application/json", object)
    guard let (status, value) = answer else { return refused() }
    guard status < 300 else {
      complain("Error from server (\(value["reason"].stringValue ?? "")): \(value["message"].stringValue ?? "")")
      return 1
    }
    let group = apiVersion.contains("/") ? "." + apiVersion.prefix { $0 != "/" } : ""
    say(
      "\(resource["singularName"].stringValue ?? plural)\(group)/\(object.name) \(status == 201 ? "created" : "configured")"
    )
    return 0
  }

  // MARK: Reading

  private static func get(_ options: Arguments) -> Int32 {
    if let raw = options["raw"] {
      guard let (status, value) = send("GET", raw) else { return refused() }
      say(value.stringValue ?? JSON.string(value))
      return status < 300 ? 0 : 1
    }
    let words = options.rest.dropFirst()
    guard let path = path(words.first ?? "", options) else { return refused() }
    var target = path
    if let name = words.dropFirst().first { target += "/" + name }
    if let selector = options["selector", "l"] { target += "?labelSelector=\(encoded(selector))" }
    guard let (status, value) = send("GET", target) else { return refused() }
    guard status < 300 else {
      complain("Error from server (\(value["reason"].stringValue ?? "")): \(value["message"].stringValue ?? "")")
      return 1
    }
    let output = options["o", "output"] ?? ""
    if let mark = output.firstRange(of: "jsonpath=") {
      say(JSONPathTemplate.render(String(output[mark.upperBound...]), value))
    } else if output == "json" {
      say(JSON.string(value, pretty: true))
    } else if output == "yaml" {
      put(YAML.serialize(value), to: 1)
    } else {
      for item in value["items"].isNull ? [value] : value["items"].elements { say(item.name) }
    }
    return 0
  }

  private static func path(_ word: String, _ options: Arguments) -> String? {
    for base in ["/api/v1", "/apis/apps/v1", "/apis/batch/v1", "/apis/storage.k8s.io/v1", "/apis/networking.k8s.io/v1"]
    {
      guard let (_, list) = send("GET", base) else { return nil }
      for resource in list["resources"].elements
      where [resource["name"], resource["singularName"]].contains(.string(word))
        || resource["shortNames"].elements.contains(.string(word))
      {
        let everywhere = options["A", "all-namespaces"] != nil
        let scope =
          resource["namespaced"].boolValue == true && !everywhere
          ? "/namespaces/\(options["n", "namespace"] ?? "default")" : ""
        return "\(base)\(scope)/\(resource["name"].stringValue ?? "")"
      }
    }
    return nil
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let keeps =
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || [0x2d, 0x2e, 0x5f].contains(byte)
      return keeps ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
    }.joined()
  }

  // MARK: Nodes

  /// `taint nodes --all KEY-`, `label nodes --all KEY-` and `KEY=VALUE`.
  private static func change(_ options: Arguments, _ edit: (inout Value, String) -> Void) -> Int32 {
    guard let (_, list) = send("GET", "/api/v1/nodes") else { return refused() }
    let words = options.rest.dropFirst(2)
    for node in list["items"].elements where options["all"] != nil || words.contains(node.name) {
      var changed = node
      for word in words where word != node.name { edit(&changed, word) }
      guard let (status, value) = send("PUT", "/api/v1/nodes/\(node.name)", "application/json", changed), status < 300
      else { return refused() }
      say("node/\(value.name) changed")
    }
    return 0
  }

  private static func taint(_ node: inout Value, _ word: String) {
    let key = word.prefix { $0 != "=" && $0 != ":" }
    if word.hasSuffix("-") {
      let name = word.dropLast().prefix { $0 != ":" }
      node["spec"]["taints"] = .array(node["spec"]["taints"].elements.filter { $0["key"].stringValue != String(name) })
    } else {
      let effect = word.split(separator: ":").last ?? "NoSchedule"
      node["spec"]["taints"].append(["key": .string(String(key)), "effect": .string(String(effect))])
    }
  }

  private static func label(_ node: inout Value, _ word: String) {
    if word.hasSuffix("-") {
      node["metadata"]["labels"].removeValue(forKey: String(word.dropLast()))
    } else {
      let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      node["metadata"]["labels"][String(sides[0])] = .string(sides.count > 1 ? String(sides[1]) : "")
    }
  }
}

/// The part of kubectl's JSONPath templates that kind uses: `'{.items..status.conditions[-1:].status}'`.
enum JSONPathTemplate {
  static func render(_ template: String, _ value: Value) -> String {
    var text = ""
    var rest = Substring(template)
    while let open = rest.firstIndex(of: "{"), let close = rest.firstIndex(of: "}") {
      text += rest[..<open]
      let found = evaluate(rest[rest.index(after: open)..<close], [value])
      text += found.map { $0.stringValue ?? JSON.string($0) }.joined(separator: " ")
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  private static func evaluate(_ path: Substring, _ start: [Value]) -> [Value] {
    var current = start
    var rest = path
    while let character = rest.first {
      if rest.hasPrefix("..") {
        rest = rest.dropFirst(2)
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        current = current.flatMap { descendants($0, String(name)) }
      } else if character == "." {
        rest.removeFirst()
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        current = current.map { $0[String(name)] }.filter { !$0.isNull }
      } else if character == "[", let close = rest.firstIndex(of: "]") {
        let inside = rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: close)...]
        current = current.flatMap { element(inside, $0) }
      } else {
        return []
      }
    }
    return current
  }

  private static func element(_ inside: Substring, _ value: Value) -> [Value] {
    if inside == "*" { return value.elements }
    let start = Int(inside.prefix { $0 != ":" }) ?? 0
    let from = start < 0 ? max(0, value.elements.count + start) : start
    if inside.contains(":") { return Array(value.elements.dropFirst(from)) }
    return value.elements.indices.contains(from) ? [value[from]] : []
  }

  private static func descendants(_ value: Value, _ name: String) -> [Value] {
    var found: [Value] = []
    switch value {
    case .object(let members):
      if let member = members[name] { found.append(member) }
      for (key, member) in members where key != name { found += descendants(member, name) }
    case .array(let elements): for element in elements { found += descendants(element, name) }
    default: break
    }
    return found
  }
}
