import Diagnostics
import Documents
import Platform

/// A file of a package after reading.
struct PackageFile: Sendable {
  /// An Application or ApplicationSet whose directories were not looked at yet.
  struct Draft: Sendable {
    let kind: PackageApplication.Kind
    let name: String
    let namespace: String
    let document: Document
    /// References, each path once, with the place of the first.
    let references: [(path: String, pointer: Pointer)]
  }

  /// Longer files are not read: etcd takes no object of more than 1.5 MiB.
  static let sizeLimit = 64 << 20

  /// Argo CD looks for `.argocd-source-NAME.yaml` (`reposerver/repository/repository.go`), and no file's name may have more
  /// than 255 bytes.
  static let argoCDNameLimit = 235

  let name: String
  private(set) var drafts: [Draft] = []
  private(set) var findings: [Finding] = []

  /// Reads a file. Blocks.
  ///
  /// - Parameters:
  ///   - name: Its name in the package's directory.
  ///   - location: The package.
  init(_ name: String, in location: PackageLocation) {
    self.name = name
    let source = location.display(name)
    do throws(FileSystemError) {
      if let content = try FileSystem.read("\(location.directory)/\(name)", limit: Self.sizeLimit) {
        parse(content, source: source)
      } else {
        findings.append(.error(DocumentError(source: source, "more than \(Self.sizeLimit >> 20) MiB")))
      }
    } catch {
      findings.append(.error(DocumentError(source: source, error.message), status: .inputOutput))
    }
  }

  /// Reads a text in place of a file.
  init(name: String, content: [UInt8], source: String) {
    self.name = name
    parse(content, source: source)
  }

  private mutating func parse(_ content: [UInt8], source: String) {
    do throws(DocumentError) {
      let documents = try YAML.parseAll(content, source: source)
      if documents.isEmpty { findings.append(.warning(DocumentError(source: source, "there is no document in it"))) }
      for document in documents { take(document) }
    } catch {
      findings.append(Self.isKindTemplate(content) ? .warning(Self.kindTemplate(error)) : .error(error))
    }
  }

  /// Whether a text that is not YAML is a kind configuration with template actions, as `--kind-config` takes it; stacks
  /// keep one beside their Applications.
  private static func isKindTemplate(_ content: [UInt8]) -> Bool {
    let text = String(decoding: content, as: UTF8.self)
    return text.contains("{{") && text.split(separator: "\n").contains { $0.hasPrefix("apiVersion: kind.x-k8s.io/") }
  }

  private static func kindTemplate(_ error: DocumentError) -> DocumentError {
    DocumentError(
      source: error.source, "a template of a kind configuration is left out; it can be given with --kind-config")
  }

  private mutating func take(_ document: Document) {
    let value = document.value
    guard value.objectValue != nil else {
      report(document, [], "expected a Kubernetes object, found \(value.kindDescription)")
      return
    }
    guard let kind = value["kind"].stringValue, !kind.isEmpty else {
      report(document, ["kind"], "the document has no “kind”: expected a Kubernetes object")
      return
    }
    guard let version = value["apiVersion"].stringValue, !version.isEmpty else {
      report(document, ["apiVersion"], "the document has no “apiVersion”: expected a Kubernetes object")
      return
    }
    guard version.hasPrefix("argoproj.io/"), let kind = PackageApplication.Kind(rawValue: kind) else {
      let name = value["metadata"]["name"].stringValue.map { " \($0)" } ?? ""
      findings.append(
        .warning(
          document.error(
            "\(kind)\(name) (\(version)) is no Application or ApplicationSet of Argo CD and is left out; put it into a "
              + "directory that an Application refers to")))
      return
    }
    take(document, as: kind)
  }

  private mutating func take(_ document: Document, as kind: PackageApplication.Kind) {
    let faultsBefore = findings.count
    let metadata = document.value["metadata"]
    let name = text(document, ["metadata", "name"], KubernetesName.fault(inSubdomain:))
    var namespace: String? = Names.ArgoCD.namespace
    if !metadata["namespace"].isNull {
      namespace = text(document, ["metadata", "namespace"], KubernetesName.fault(inLabel:))
    }
    for key in ["labels", "annotations"] where !metadata[key].isNull && metadata[key].objectValue == nil {
      report(document, ["metadata", key], "expected an object, found \(metadata[key].kindDescription)")
    }
    checkSpec(document, kind)
    if kind == .application, namespace == Names.ArgoCD.namespace, let name, CorePackage(rawValue: name) != nil {
      report(
        document, ["metadata", "name"],
        "\(name) is the name of a package of the platform; change that one with --package-custom-file \(name):FILE")
    }
    guard let name, let namespace, findings.count == faultsBefore else { return }
    if kind == .application, name.utf8.count > Self.argoCDNameLimit {
      let message = "Argo CD cannot read the repository of an Application with a name of more than "
      findings.append(
        .warning(document.error(at: ["metadata", "name"], message + "\(Self.argoCDNameLimit) characters")))
    }
    if namespace != Names.ArgoCD.namespace {
      let message = "Argo CD looks at the namespace \(Names.ArgoCD.namespace) only, unless it is told otherwise"
      findings.append(.warning(document.error(at: ["metadata", "namespace"], message)))
    }
    var seen: Set<String> = []
    let references = DirectoryReferences.all(in: document.value).filter { seen.insert($0.path).inserted }
    for pointer in DirectoryReferences.ignored(in: document.value) {
      findings.append(
        .warning(document.error(at: pointer, "“cnoe://” has no meaning in this place and stays as it is")))
    }
    drafts.append(
      Draft(
        kind: kind, name: name, namespace: namespace, document: document,
        references: references.map { ($0.path, $0.pointer) }))
  }

  private mutating func checkSpec(_ document: Document, _ kind: PackageApplication.Kind) {
    let spec = document.value["spec"]
    guard spec.objectValue != nil else {
      report(
        document, ["spec"], spec.isNull ? "there is no “spec”" : "expected an object, found \(spec.kindDescription)")
      return
    }
    switch kind {
    case .application:
      if ["source", "sources", "sourceHydrator"].allSatisfy({ spec[$0].isNull }) {
        report(document, ["spec"], "there is neither “source” nor “sources”")
      }
    case .applicationSet:
      if spec["template"].objectValue == nil { report(document, ["spec", "template"], "there is no “template”") }
    }
  }

  /// A text that must be there.
  private mutating func text(_ document: Document, _ pointer: Pointer, _ fault: (String) -> String?) -> String? {
    let field = pointer.tokens.joined(separator: ".")
    switch document.value[pointer] ?? .null {
    case .null: report(document, pointer, "there is no “\(field)”")
    case .string(let text):
      guard let fault = fault(text) else { return text }
      report(document, pointer, "\(field) “\(text.prefix(80))\(text.count > 80 ? "…" : "")” \(fault)")
    case let other: report(document, pointer, "\(field) must be a text, found \(other.kindDescription); quote it")
    }
    return nil
  }

  private mutating func report(_ document: Document, _ pointer: Pointer, _ message: String) {
    findings.append(.error(document.error(at: pointer, message)))
  }
}
