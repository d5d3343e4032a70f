import Documents

/// `/version`, `/api`, `/apis` and `/openapi/v3`.
extension ClusterState {
  /// What the server says its version is.
  public static let versionDefault = "v1.36.1"

  func discovery(_ request: APIRequest) -> APIReply? {
    let path = request.segments
    let aggregated = request.accept.contains("as=APIGroupDiscoveryList")
    switch path.first {
    case nil:
      return .object(
        code: 200, ["paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]])
    case "healthz", "livez", "readyz":
      let verbose = request.query["verbose"] != nil
      return .text(
        code: 200, contentType: "text/plain; charset=utf-8", verbose ? "[+]ping ok\n\(path[0]) check passed\n" : "ok")
    case "version": return .object(code: 200, versionObject)
    case "openapi": return openAPI(path)
    case "api":
      if path.count == 1 {
        if aggregated { return aggregatedDiscovery([""]) }
        return .object(
          code: 200,
          [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"]],
          ])
      }
      return path.count == 2 ? resourceList("", path[1]) : nil
    case "apis":
      if path.count == 1 {
        if aggregated { return aggregatedDiscovery(groups) }
        return .object(
          code: 200, ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(groupObject))])
      }
      if path.count == 2 {
        guard groups.contains(path[1]) else { return nil }
        var group = groupObject(path[1])
        group["kind"] = "APIGroup"
        group["apiVersion"] = "v1"
        return .object(code: 200, group)
      }
      return path.count == 3 ? resourceList(path[1], path[2]) : nil
    default: return nil
    }
  }

  private var versionObject: Value {
    let parts = version.dropFirst().split(separator: ".")
    return [
      "major": Value(parts.first ?? "1"), "minor": Value(parts.dropFirst().first ?? "0"),
      "gitVersion": .string(version), "gitCommit": "0000000000000000000000000000000000000000",
      "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "swift",
      "platform": "linux/amd64",
    ]
  }

  private var groups: [String] { Set(definitions.keys.map(\.group)).filter { !$0.isEmpty }.sorted() }

  private func versions(of group: String) -> [String] {
    var seen: [String] = []
    for definition in members(of: group) {
      for version in definition.versions where !seen.contains(version.name) { seen.append(version.name) }
    }
    return seen
  }

  private func members(of group: String) -> [ResourceDefinition] {
    definitions.values.filter { $0.group == group }.sorted { $0.plural < $1.plural }
  }

  private func groupObject(_ group: String) -> Value {
    let versions = versions(of: group).map { version -> Value in
      ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
    }
    return ["name": .string(group), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
  }

  private func resourceList(_ group: String, _ version: String) -> APIReply? {
    let members = members(of: group).filter { $0.version(version) != nil }
    guard !members.isEmpty else { return nil }
    var resources: [Value] = []
    for definition in members {
      var entry: Value = [
        "name": .string(definition.plural), "singularName": .string(definition.singular),
        "namespaced": Value(definition.namespaced), "kind": .string(definition.kind), "verbs": Value(definition.verbs),
      ]
      if !definition.shortNames.isEmpty { entry["shortNames"] = Value(definition.shortNames) }
      if !definition.categories.isEmpty { entry["categories"] = Value(definition.categories) }
      resources.append(entry)
      for subresource in subresources(of: definition, version) {
        resources.append([
          "name": .string("\(definition.plural)/\(subresource)"), "singularName": "",
          "namespaced": Value(definition.namespaced),
          "kind": subresource == "scale" ? "Scale" : .string(definition.kind),
          "verbs": ["get", "patch", "update"],
        ])
      }
    }
    let groupVersion = group.isEmpty ? version : "\(group)/\(version)"
    return .object(
      code: 200,
      [
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
        "resources": .array(resources),
      ])
  }

  private func subresources(of definition: ResourceDefinition, _ version: String) -> [String] {
    let found = definition.version(version)
    return (found?.hasStatus == true ? ["status"] : []) + (found?.hasScale == true ? ["scale"] : [])
  }

  private func aggregatedDiscovery(_ groups: [String]) -> APIReply {
    let items = groups.map { group -> Value in
      let versions = versions(of: group).map { version -> Value in
        let resources = members(of: group).filter { $0.version(version) != nil }.map { definition -> Value in
          var entry: Value = [
            "resource": .string(definition.plural), "singularResource": .string(definition.singular),
            "scope": definition.namespaced ? "Namespaced" : "Cluster", "verbs": Value(definition.verbs),
            "responseKind": [
              "group": .string(group), "version": .string(version), "kind": .string(definition.kind),
            ],
          ]
          if !definition.shortNames.isEmpty { entry["shortNames"] = Value(definition.shortNames) }
          if !definition.categories.isEmpty { entry["categories"] = Value(definition.categories) }
          let subresources = subresources(of: definition, version)
          if !subresources.isEmpty {
            entry["subresources"] = .array(
              subresources.map {
                [
                  "subresource": .string($0), "verbs": ["get", "patch", "update"],
                  "responseKind": entry["responseKind"],
                ]
              })
          }
          return entry
        }
        return ["version": .string(version), "resources": .array(resources), "freshness": "Current"]
      }
      return ["metadata": ["name": .string(group), "creationTimestamp": .null], "versions": .array(versions)]
    }
    let list: Value = [
      "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:], "items": .array(items),
    ]
    // Clients tell by the media type whether they got what they asked for.
    return .text(
      code: 200, contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", JSON.string(list))
  }

  // MARK: OpenAPI

  /// Just enough for clients that ask whether the server validates fields itself (kubectl does, before an apply).
  private func openAPI(_ path: [String]) -> APIReply? {
    guard path.count >= 2, path[1] == "v3" else { return .object(code: 404, APIStatus.unknownPath.value) }
    if path.count == 2 {
      var paths: Value = [:]
      for group in [""] + groups {
        for version in versions(of: group) {
          let name = group.isEmpty ? "api/\(version)" : "apis/\(group)/\(version)"
          paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)?hash=\(revisionOfDefinitions)")]
        }
      }
      return .object(code: 200, ["paths": paths])
    }
    let (group, version) = path[2] == "api" ? ("", path.last ?? "") : (path.count > 4 ? path[3] : "", path.last ?? "")
    var paths: Value = [:]
    var schemas: Value = [:]
    for definition in members(of: group) where definition.version(version) != nil {
      let kind: Value = ["group": .string(group), "version": .string(version), "kind": .string(definition.kind)]
      let base = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
      let scope = definition.namespaced ? "/namespaces/{namespace}" : ""
      let parameters: Value = .array(
        ["dryRun", "fieldManager", "fieldValidation", "force"].map {
          ["name": .string($0), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
        })
      paths["\(base)\(scope)/\(definition.plural)/{name}"] = [
        "patch": [
          "x-kubernetes-action": "patch", "x-kubernetes-group-version-kind": kind, "parameters": parameters,
          "responses": ["200": ["description": "OK"]],
        ]
      ]
      var schema = definition.version(version)?.schema ?? .null
      if schema.isNull { schema = ["type": "object", "x-kubernetes-preserve-unknown-fields": true] }
      schema["x-kubernetes-group-version-kind"] = [kind]
      schemas["\(group).\(version).\(definition.kind)"] = schema
    }
    return .object(
      code: 200,
      [
        "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(version)], "paths": paths,
        "components": ["schemas": schemas],
      ])
  }

  private var revisionOfDefinitions: String { String(definitions.count, radix: 16).uppercased() }
}
