public import Diagnostics
public import Documents

/// What makes the platform's names lead to the ingress inside the cluster: rules in ConfigMaps of their own, which the
/// cluster's CoreDNS imports. Image, Deployment and the rest of the Corefile stay as Kubernetes shipped them.
public enum CoreDNS {
  /// The namespace of CoreDNS.
  public static let namespace = "kube-system"
  /// The name of the Deployment and of the ConfigMap with the Corefile.
  public static let name = "coredns"
  /// Imports all rules; idpbuilder's users know the folder.
  static let importLine = "import ../coredns-configs/*.conf"

  /// The platform's rules: `coredns-conf-default`. Applied on every run.
  ///
  /// - Parameter options: The user's choices.
  /// - Returns: The ConfigMap.
  /// - Throws: `DocumentError` if the manifest is wrong, which tests rule out.
  public static func rules(_ options: PlatformOptions) throws(DocumentError) -> Value {
    try manifest("rewrite", options)
  }

  /// The user's rules: `coredns-conf-custom`, without any. Created only when missing.
  ///
  /// - Throws: `DocumentError` if the manifest is wrong, which tests rule out.
  public static func emptyUserRules(_ options: PlatformOptions) throws(DocumentError) -> Value {
    try manifest("custom", options)
  }

  private static func manifest(_ name: String, _ options: PlatformOptions) throws(DocumentError) -> Value {
    let path = "coredns/\(name).yaml"
    guard let file = EmbeddedFile.below("coredns").first(where: { $0.path == path }) else {
      throw DocumentError(source: path, "the manifest is missing")
    }
    let template = ManifestTemplate(options.placeholders(certificatePEM: ""))
    return try template.filled(YAML.parse(file.bytes, source: path).value, source: path)
  }

  /// A Corefile with the import of the rules, in the server block that answers for the cluster.
  ///
  /// Everything else stays as it is, to the byte; a Corefile that has the import already is returned unchanged.
  ///
  /// - Parameter corefile: The present Corefile.
  /// - Returns: The Corefile to write.
  /// - Throws: `Failure` if no server block has the plug-in `kubernetes`.
  public static func importingRules(_ corefile: String) throws(Failure) -> String {
    var lines = corefile.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func words(_ line: String) -> [Substring] {
      line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
    }
    if lines.contains(where: { words($0).first == "import" && $0.contains("coredns-configs/") }) { return corefile }
    guard let place = lines.firstIndex(where: { words($0).first == "kubernetes" }) else {
      throw Failure(
        "the cluster's DNS cannot be set up",
        cause: "the Corefile in ConfigMap \(namespace)/\(name) has no line that starts with “kubernetes”",
        remedy: "kubectl -n \(namespace) get configmap \(name) -o yaml", status: .unhealthy)
    }
    // Plug-ins run in an order that is built into CoreDNS, so any line of the block will do.
    let indentation = lines[place].prefix(while: \.isWhitespace)
    lines.insert("\(indentation)\(importLine)", at: place)
    return lines.joined(separator: "\n")
  }

  /// The ConfigMap with a Corefile, for server-side apply of this one key.
  public static func corefileObject(_ corefile: String) -> Value {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": ["Corefile": .string(corefile)],
    ]
  }

  /// What mounts the rules into CoreDNS, for server-side apply: only the volume and its mount, so that everything else
  /// in the Deployment is left alone.
  public static var deploymentMount: Value {
    [
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "spec": [
        "template": [
          "spec": [
            "containers": [
              [
                "name": .string(name),
                "volumeMounts": [["name": "custom-configs", "mountPath": "/etc/coredns-configs", "readOnly": true]],
              ]
            ],
            "volumes": [
              [
                "name": "custom-configs",
                "projected": [
                  "sources": [
                    ["configMap": ["name": "coredns-conf-custom"]], ["configMap": ["name": "coredns-conf-default"]],
                  ]
                ],
              ]
            ],
          ]
        ]
      ],
    ]
  }
}
