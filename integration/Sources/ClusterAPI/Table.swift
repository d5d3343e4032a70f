import Documents

/// Lists as `kubectl get` shows them: the `Table` of meta.k8s.io/v1.
enum Table {
  private struct Column {
    var name: String
    var type = "string"
    var priority = 0
    var cell: (Value) -> Value
  }

  static func render(_ objects: [Value], _ target: Target, metadata: Value) -> Value {
    let columns = columns(of: target)
    let rows = objects.map { object -> Value in
      var meta = object["metadata"]
      meta.removeValue(forKey: "managedFields")
      return [
        "cells": .array(columns.map { $0.cell(object) }),
        "object": ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta],
      ]
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": .array(
        columns.map {
          [
            "name": .string($0.name), "type": .string($0.type), "format": $0.name == "Name" ? "name" : "",
            "description": "", "priority": Value($0.priority),
          ]
        }),
      "rows": .array(rows),
    ]
  }

  private static func columns(of target: Target) -> [Column] {
    let name = Column(name: "Name") { $0["metadata"]["name"] }
    let age = Column(name: "Age") { Self.age(of: $0["metadata"]["creationTimestamp"]) }
    if target.definition.isCustom {
      let printed = target.definition.version(target.version)?.columns ?? []
      let own = printed.map { column in
        Column(
          name: column["name"].stringValue ?? "", type: column["type"].stringValue ?? "string",
          priority: column["priority"].intValue ?? 0
        ) {
          let value = JSONPath.first(column["jsonPath"].stringValue ?? "", in: $0)
          return column["type"].stringValue == "date" ? Self.age(of: value) : value
        }
      }
      return [name] + (own.isEmpty ? [age] : own)
    }
    return [name] + special(target.definition.qualifiedName) + [age]
  }

  private static func special(_ resource: String) -> [Column] {
    switch resource {
    case "nodes":
      return [
        Column(name: "Status") { node in
          let ready = node["status"]["conditions"].elements.first { $0["type"].stringValue == "Ready" }
          return ready?["status"].stringValue == "True" ? "Ready" : "NotReady"
        },
        Column(name: "Roles") { node in
          let prefix = "node-role.kubernetes.io/"
          let roles = node["metadata"]["labels"].members.keys.filter { $0.hasPrefix(prefix) }.map {
            $0.dropFirst(prefix.count)
          }
          return .string(roles.isEmpty ? "<none>" : roles.joined(separator: ","))
        },
        Column(name: "Version") { $0["status"]["nodeInfo"]["kubeletVersion"] },
      ]
    case "pods":
      return [
        Column(name: "Ready") { pod in
          let ready = pod["status"]["containerStatuses"].elements.count { $0["ready"].boolValue == true }
          return .string("\(ready)/\(pod["spec"]["containers"].elements.count)")
        },
        Column(name: "Status") { pod in
          let waiting = pod["status"]["containerStatuses"].elements.compactMap {
            $0["state"]["waiting"]["reason"].stringValue
          }
          return waiting.first.map { .string($0) }
            ?? (pod["status"]["phase"].stringValue == "Succeeded" ? "Completed" : pod["status"]["phase"])
        },
        Column(name: "Restarts") { .string("\($0["status"]["containerStatuses"][0]["restartCount"].intValue ?? 0)") },
      ]
    case "deployments.apps":
      return [
        Column(name: "Ready") {
          .string("\($0["status"]["readyReplicas"].intValue ?? 0)/\($0["spec"]["replicas"].intValue ?? 0)")
        },
        Column(name: "Up-to-date", type: "integer") { Value($0["status"]["updatedReplicas"].intValue ?? 0) },
        Column(name: "Available", type: "integer") { Value($0["status"]["availableReplicas"].intValue ?? 0) },
      ]
    case "statefulsets.apps":
      return [
        Column(name: "Ready") {
          .string("\($0["status"]["readyReplicas"].intValue ?? 0)/\($0["spec"]["replicas"].intValue ?? 0)")
        }
      ]
    case "namespaces": return [Column(name: "Status") { $0["status"]["phase"] }]
    case "services":
      return [
        Column(name: "Type") { $0["spec"]["type"] },
        Column(name: "Cluster-IP") { $0["spec"]["clusterIP"] },
        Column(name: "External-IP") { _ in "<none>" },
        Column(name: "Port(s)") { service in
          .string(
            service["spec"]["ports"].elements.map { port in
              let node = port["nodePort"].intValue.map { ":\($0)" } ?? ""
              return "\(port["port"].intValue ?? 0)\(node)/\(port["protocol"].stringValue ?? "TCP")"
            }.joined(separator: ","))
        },
      ]
    case "configmaps": return [Column(name: "Data", type: "integer") { Value($0["data"].members.count) }]
    case "secrets":
      return [
        Column(name: "Type") { $0["type"] }, Column(name: "Data", type: "integer") { Value($0["data"].members.count) },
      ]
    case "ingresses.networking.k8s.io":
      return [
        Column(name: "Class") { $0["spec"]["ingressClassName"].isNull ? "<none>" : $0["spec"]["ingressClassName"] },
        Column(name: "Hosts") { ingress in
          .string(ingress["spec"]["rules"].elements.map { $0["host"].stringValue ?? "*" }.joined(separator: ","))
        },
      ]
    default: return []
    }
  }

  /// `45s`, `3m`, `2h`, `5d`.
  private static func age(of created: Value) -> Value {
    guard let text = created.stringValue, let then = seconds(text), let now = seconds(timestamp()) else {
      return "<unknown>"
    }
    let age = max(0, now - then)
    switch age {
    case ..<120: return .string("\(age)s")
    case ..<7_200: return .string("\(age / 60)m")
    case ..<172_800: return .string("\(age / 3_600)h")
    default: return .string("\(age / 86_400)d")
    }
  }

  /// Seconds since an arbitrary epoch for an RFC 3339 text in UTC.
  private static func seconds(_ text: String) -> Int? {
    let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
    guard numbers.count >= 6 else { return nil }
    // Days from civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
    let dayOfYear = (153 * (numbers[1] > 2 ? numbers[1] - 3 : numbers[1] + 9) + 2) / 5 + numbers[2] - 1
    let days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear
    return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
  }
}

/// The part of JSONPath that printer columns use: `.a.b[0].c`, `.a.conditions[?(@.type=="Ready")].status`.
enum JSONPath {
  static func first(_ path: String, in object: Value) -> Value {
    var current = object
    var rest = Substring(path)
    while let character = rest.first {
      if character == "." {
        rest.removeFirst()
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest.removeFirst(name.count)
        if !name.isEmpty { current = current[String(name)] }
      } else if character == "[" {
        guard let end = rest.firstIndex(of: "]") else { return .null }
        let inside = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        current = element(String(inside), of: current)
      } else {
        return .null
      }
    }
    return current
  }

  private static func element(_ inside: String, of value: Value) -> Value {
    if let index = Int(inside) { return value[index < 0 ? value.elements.count + index : index] }
    if inside.hasPrefix("'") || inside.hasPrefix("\"") { return value[String(inside.dropFirst().dropLast())] }
    guard inside.hasPrefix("?(@."), inside.hasSuffix(")") else { return .null }
    let condition = inside.dropFirst(4).dropLast()
    guard let mark = condition.firstRange(of: "==") else { return .null }
    let field = trimmed(condition[..<mark.lowerBound])
    let wanted = trimmed(condition[mark.upperBound...]).filter { $0 != "\"" && $0 != "'" }
    return value.elements.first { $0[field].stringValue == wanted } ?? .null
  }
}
