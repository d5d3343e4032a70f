import Documents
import Platform
import Testing

@Suite struct RecordsTests {
  static let owner: Value = [
    "apiVersion": "idpbuilder.cnoe.io/v1alpha1", "kind": "Localbuild", "metadata": ["name": "localdev", "uid": "u-1"],
  ]

  func records() throws -> BuildRecords {
    BuildRecords(cluster: "localdev", options: try PlatformOptions(), startTime: "2026-01-02T03:04:05Z")
  }

  @Test("an Application is what idpbuilder makes")
  func application() throws {
    let expected = try Value.yaml(
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata:
        name: nginx
        namespace: argocd
        labels: {cnoe.io/package-name: nginx, cnoe.io/package-type: core}
        ownerReferences:
          - apiVersion: idpbuilder.cnoe.io/v1alpha1
            kind: Localbuild
            name: localdev
            uid: u-1
            controller: true
            blockOwnerDeletion: true
      spec:
        project: default
        source: {repoURL: https://r, path: ., targetRevision: HEAD}
        destination: {server: https://kubernetes.default.svc, namespace: ingress-nginx}
        syncPolicy:
          automated: {selfHeal: true}
          syncOptions: [CreateNamespace=true]
      """)
    #expect(ArgoCDApplication.core(.nginx, repositoryURL: "https://r", owner: Self.owner) == expected)
  }

  @Test("a Localbuild records the options, with the port as text")
  func localbuild() throws {
    let packages = GivenPackages(directories: ["/d"], files: ["/f.yaml"])
    let localbuild = try records().localbuild(
      certificatePEM: "PEM", customizations: [.gitea: "/g.yaml"], packages: packages)
    let expected = try Value.yaml(
      """
      apiVersion: idpbuilder.cnoe.io/v1alpha1
      kind: Localbuild
      metadata:
        name: localdev
        annotations: {cnoe.io/cli-start-time: "2026-01-02T03:04:05Z"}
      spec:
        packageConfigs:
          argoPackageConfigs: {enabled: true}
          embeddedArgoApplicationsPackageConfigs: {enabled: true}
          customPackageDirs: [/d]
          customPackageFiles: [/f.yaml]
          packageCustomization: {gitea: {name: gitea, filePath: /g.yaml}}
        buildCustomization:
          protocol: https
          host: cnoe.localtest.me
          ingressHost: cnoe.localtest.me
          port: "8443"
          selfSignedCert: PEM
      """)
    #expect(localbuild == expected)
  }

  @Test("a GitRepository says where its repository is and that it is filled")
  func gitRepository() throws {
    let records = try records()
    let repository = records.gitRepository(.argocd, owner: Self.owner)
    #expect(ObjectIdentity(repository).description == "GitRepository idpbuilder-localdev/argocd")
    #expect(repository["spec"]["source"]["embeddedAppName"] == "argocd")
    #expect(repository["spec"]["provider"]["organizationName"] == "giteaAdmin")
    #expect(repository["spec"]["secretRef"] == ["name": "gitea-credential", "namespace": "gitea"])
    #expect(repository["metadata"]["ownerReferences"][0]["uid"] == "u-1")
    let status = records.gitRepositoryStatus(.argocd, commit: "c0ffee")["status"]
    #expect(
      status["internalGitRepositoryUrl"]
        == "https://gitea.cnoe.localtest.me:8443/giteaAdmin/idpbuilder-localdev-argocd.git")
    #expect(status["commit"]["hash"] == "c0ffee" && status["synced"] == true)
  }

  /// The schemas are idpbuilder's; a record with a member they do not have would lose it without a word.
  @Test("every record fits the schema of its definition")
  func schemas() throws {
    let records = try records()
    let definitions = try IdpbuilderDefinitions.objects()
    let all = [
      records.localbuild(
        certificatePEM: "PEM", customizations: [.gitea: "/g"], packages: GivenPackages(addresses: ["a"])),
      records.localbuildStatus(generation: 1), records.gitRepository(.gitea, customization: "/g"),
      records.gitRepositoryStatus(.gitea, commit: "c"),
    ]
    for record in all {
      let definition = try #require(definitions.first { $0["spec"]["names"]["kind"] == record["kind"] })
      let schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
      for part in ["spec", "status"] {
        Self.expectKnown(record[part], schema["properties"][part], at: "\(record["kind"]).\(part)")
      }
    }
  }

  private static func expectKnown(_ value: Value, _ schema: Value, at place: String) {
    for (name, member) in value.members {
      let property = schema["properties"][name].isNull ? schema["additionalProperties"] : schema["properties"][name]
      #expect(!property.isNull, "\(place).\(name)")
      expectKnown(member, property, at: "\(place).\(name)")
    }
  }
}
