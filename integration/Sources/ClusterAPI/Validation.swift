import Documents

/// Field checks of built-in kinds and of metadata.
///
/// Source: k8s.io/apimachinery `pkg/api/validation` and `pkg/util/validation` (wording included).
enum Validation {
  static func check(_ object: Value, _ current: Value?, _ target: Target) -> [APIStatus.Cause] {
    var causes: [APIStatus.Cause] = []
    checkName(target, &causes)
    checkLabels(object["metadata"]["labels"], at: "metadata.labels", &causes)
    for name in object["metadata"]["finalizers"].elements.compactMap(\.stringValue) where name.isEmpty {
      causes.append(
        .init("FieldValueInvalid", "Invalid value: \"\": name part must be non-empty", field: "metadata.finalizers"))
    }
    if !target.definition.isCustom { checkKind(object, current, target, &causes) }
    return causes
  }

  private static func checkName(_ target: Target, _ causes: inout [APIStatus.Cause]) {
    let name = target.name
    // RBAC names and a few others are path segments.
    if target.definition.group == "rbac.authorization.k8s.io" { return }
    let isLabel = ["namespaces", "services"].contains(target.definition.plural)
    let ok = isLabel ? isDNSLabel(name) : isDNSSubdomain(name)
    guard !ok else { return }
    let why =
      isLabel && target.definition.plural == "services"
      ? "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
      : isLabel
        ? "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    causes.append(.init("FieldValueInvalid", "Invalid value: \"\(name)\": \(why)", field: "metadata.name"))
  }

  private static func checkLabels(_ labels: Value, at field: String, _ causes: inout [APIStatus.Cause]) {
    for value in labels.members.values {
      guard let text = value.stringValue else { continue }
      let valid =
        text.isEmpty
        || (text.utf8.count <= 63 && text.allSatisfy(isLabelCharacter) && isEdge(text.first) && isEdge(text.last))
      if !valid {
        causes.append(
          .init(
            "FieldValueInvalid",
            "Invalid value: \"\(text)\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            field: field))
      }
    }
  }

  private static func checkKind(_ object: Value, _ current: Value?, _ target: Target, _ causes: inout [APIStatus.Cause])
  {
    switch target.definition.qualifiedName {
    case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps":
      let spec = object["spec"]
      if spec["selector"].members.isEmpty {
        causes.append(.init("FieldValueRequired", "Required value", field: "spec.selector"))
      } else if !LabelSelector(object: spec["selector"]).matches(spec["template"]["metadata"]["labels"]) {
        causes.append(
          .init(
            "FieldValueInvalid",
            "Invalid value: \(JSON.string(spec["template"]["metadata"]["labels"])): `selector` does not match template `labels`",
            field: "spec.template.metadata.labels"))
      }
      if let current, current["spec"]["selector"] != spec["selector"] {
        causes.append(
          .init(
            "FieldValueInvalid", "Invalid value: \(JSON.string(spec["selector"])): field is immutable",
            field: "spec.selector"))
      }
      checkContainers(spec["template"]["spec"], at: "spec.template.spec", &causes)
    case "pods": checkContainers(object["spec"], at: "spec", &causes)
    case "jobs.batch":
      checkContainers(object["spec"]["template"]["spec"], at: "spec.template.spec", &causes)
      if let current, current["spec"]["template"] != object["spec"]["template"] {
        causes.append(.init("FieldValueInvalid", "Invalid value: field is immutable", field: "spec.template"))
      }
    case "services": checkService(object, current, &causes)
    case "secrets":
      if let current, current["type"] != object["type"] {
        causes.append(
          .init("FieldValueInvalid", "Invalid value: \(JSON.string(object["type"])): field is immutable", field: "type")
        )
      }
      checkImmutable(object, current, &causes)
      if object["type"].stringValue == "kubernetes.io/tls" {
        for key in ["tls.crt", "tls.key"] where object["data"][key].isNull {
          causes.append(.init("FieldValueRequired", "Required value", field: "data[\(key)]"))
        }
      }
    case "configmaps": checkImmutable(object, current, &causes)
    case "customresourcedefinitions.apiextensions.k8s.io":
      let expected =
        "\(object["spec"]["names"]["plural"].stringValue ?? "").\(object["spec"]["group"].stringValue ?? "")"
      if target.name != expected {
        causes.append(
          .init(
            "FieldValueInvalid", "Invalid value: \"\(target.name)\": must be spec.names.plural+\".\"+spec.group",
            field: "metadata.name"))
      }
      for (index, version) in object["spec"]["versions"].elements.enumerated()
      where version["schema"]["openAPIV3Schema"].isNull {
        causes.append(
          .init(
            "FieldValueRequired", "Required value: schemas are required",
            field: "spec.versions[\(index)].schema.openAPIV3Schema"))
      }
    default: break
    }
  }

  private static func checkImmutable(_ object: Value, _ current: Value?, _ causes: inout [APIStatus.Cause]) {
    guard let current, current["immutable"].boolValue == true else { return }
    if object["immutable"].boolValue != true || object["data"] != current["data"] {
      causes.append(
        .init("FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", field: "data"))
    }
  }

  private static func checkContainers(_ spec: Value, at field: String, _ causes: inout [APIStatus.Cause]) {
    let containers = spec["containers"].elements
    if containers.isEmpty { causes.append(.init("FieldValueRequired", "Required value", field: field + ".containers")) }
    for (index, container) in containers.enumerated() {
      let at = "\(field).containers[\(index)]"
      if (container["name"].stringValue ?? "").isEmpty {
        causes.append(.init("FieldValueRequired", "Required value", field: at + ".name"))
      }
      if (container["image"].stringValue ?? "").isEmpty {
        causes.append(.init("FieldValueRequired", "Required value", field: at + ".image"))
      }
      for (number, mount) in container["volumeMounts"].elements.enumerated()
      where !spec["volumes"].elements.contains(where: { $0["name"] == mount["name"] }) {
        causes.append(
          .init(
            "FieldValueNotFound", "Not found: \(JSON.string(mount["name"]))",
            field: "\(at).volumeMounts[\(number)].name"))
      }
    }
  }

  private static func checkService(_ object: Value, _ current: Value?, _ causes: inout [APIStatus.Cause]) {
    let spec = object["spec"]
    if spec["ports"].elements.isEmpty, spec["type"].stringValue != "ExternalName",
      spec["clusterIP"].stringValue != "None"
    {
      causes.append(.init("FieldValueRequired", "Required value", field: "spec.ports"))
    }
    let old = current?["spec"]["clusterIP"].stringValue ?? ""
    if !old.isEmpty, current?["spec"]["type"] == spec["type"], old != spec["clusterIP"].stringValue {
      causes.append(
        .init(
          "FieldValueInvalid", "Invalid value: \(JSON.string([spec["clusterIP"]])): may not change once set",
          field: "spec.clusterIPs[0]"))
    }
  }

  // MARK: Names

  static func isDNSLabel(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 63 && name.allSatisfy { isLower($0) || $0 == "-" } && isLower(name.first ?? "-")
      && isLower(name.last ?? "-")
  }

  static func isDNSSubdomain(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && part.allSatisfy { isLower($0) || $0 == "-" } && isLower(part.first ?? "-")
          && isLower(part.last ?? "-")
      }
  }

  private static func isLower(_ character: Character) -> Bool {
    ("a"..."z").contains(character) || ("0"..."9").contains(character)
  }

  private static func isLabelCharacter(_ character: Character) -> Bool {
    isEdge(character) || ["-", "_", "."].contains(character)
  }

  private static func isEdge(_ character: Character?) -> Bool {
    guard let character else { return false }
    return isLower(character) || ("A"..."Z").contains(character)
  }
}
