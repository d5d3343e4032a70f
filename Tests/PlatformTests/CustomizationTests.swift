import Diagnostics
import Documents
import Platform
import Testing

@Suite struct CustomizationTests {
  func change(_ text: String, _ package: CorePackage = .argocd) throws -> PackageCustomization {
    try PackageCustomization(
      parsing: text, source: "my.yaml", package: package, options: PlatformOptions(), certificatePEM: somePEM)
  }

  @Test("-c takes a package of the platform and a file; anything else is refused with the choices")
  func argument() throws {
    let (package, file) = try PackageCustomization.parse(argument: "nginx:dir/a:b.yaml")
    #expect(package == .nginx && file == "dir/a:b.yaml")
    for wrong in ["nginx", "nginx:", "backstage:a.yaml", ":a.yaml", ""] {
      let error = #expect(throws: Failure.self) { try PackageCustomization.parse(argument: wrong) }
      #expect(error?.status == .usage)
      #expect(error?.remedy?.contains("argocd, gitea, nginx") == true)
    }
  }

  @Test("an object of the same kind, namespace and name is replaced as a whole; others are added; each once")
  func replacesAndAdds() throws {
    let original = try CorePackage.argocd.rendered(PlatformOptions(), certificatePEM: somePEM)
    let changed = try change(
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: argocd-cm}
      data: {url: "{{ .Protocol }}://{{ .Host }}:{{ .Port }}"}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: argocd-cm, namespace: elsewhere}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: mine, namespace: argocd}
      """
    ).applied(to: original)
    #expect(changed.objects.count == original.objects.count + 2)
    #expect(Set(changed.objects.map(ObjectIdentity.init)).count == changed.objects.count)
    let replaced = try changed.objects.object("ConfigMap", "argocd-cm")
    #expect(replaced["data"] == ["url": "https://cnoe.localtest.me:8443"])
    #expect(changed.files.first { $0.name == "config-argocd-cm.yaml" }?.objects == [replaced])
    #expect(
      changed.files.first { $0.name == "custom.yaml" }?.objects.map { $0["metadata"] } == [
        ["name": "argocd-cm", "namespace": "elsewhere"], ["name": "mine", "namespace": "argocd"],
      ])
  }

  @Test(
    "what is not YAML or not Kubernetes is refused with its position",
    arguments: [
      ("a: [", "my.yaml:"),
      ("just text", "my.yaml:1:1: not a Kubernetes object: it has no apiVersion"),
      ("apiVersion: v1\nmetadata: {name: a}", "my.yaml:1:1: not a Kubernetes object: it has no kind"),
      ("apiVersion: v1\nkind: Secret\nmetadata: {}", "my.yaml:3:11: not a Kubernetes object: it has no metadata.name"),
      ("# nothing", "my.yaml: the file has no Kubernetes object in it"),
      ("{{ .Nope }}", "my.yaml:1:1: “.Nope” is unknown; known are .GiteaDomain, "),
      (
        "kind: A\napiVersion: v1\nmetadata: {name: a}\n---\nkind: A\napiVersion: v1\nmetadata: {name: a}\n",
        "my.yaml:5:1: A argocd/a stands here twice"
      ),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try change(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    #expect(error?.exitStatus == .badInput)
  }
}
