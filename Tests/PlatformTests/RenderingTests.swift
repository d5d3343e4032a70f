import Documents
import Platform
import Testing

@Suite struct RenderingTests {
  @Test("every object is complete, in its namespace, and there once", arguments: NamedOptions.all)
  func complete(named: NamedOptions) throws {
    let clusterScoped: Set = [
      "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "IngressClass",
      "ValidatingWebhookConfiguration",
    ]
    var seen: Set<ObjectIdentity> = []
    for package in CorePackage.allCases {
      for object in try package.rendered(named.options, certificatePEM: somePEM).objects {
        let identity = ObjectIdentity(object)
        #expect(object["apiVersion"].stringValue?.isEmpty == false)
        #expect(!identity.kind.isEmpty && !identity.name.isEmpty)
        #expect(seen.insert(identity).inserted, "\(identity) is there twice")
        #expect(identity.namespace == (clusterScoped.contains(identity.kind) ? "" : package.namespace), "\(identity)")
        #expect(!JSON.string(object).contains("{{"), "\(identity)")
      }
    }
  }

  @Test("the same options give the same files", arguments: CorePackage.allCases)
  func deterministic(package: CorePackage) throws {
    let options = try PlatformOptions()
    let one = try package.rendered(options, certificatePEM: somePEM).files.map(\.text)
    let two = try package.rendered(options, certificatePEM: somePEM).files.map(\.text)
    #expect(one == two)
  }

  @Test("a package's files read back as the objects that are applied, from names without folders")
  func files() throws {
    for package in CorePackage.allCases {
      let rendered = try package.rendered(PlatformOptions(), certificatePEM: somePEM)
      #expect(Set(rendered.files.map(\.name)).count == rendered.files.count)
      for file in rendered.files {
        #expect(!file.name.contains("/") && file.name.hasSuffix(".yaml"))
        #expect(try YAML.parseAll(file.text).map(\.value) == file.objects, "\(file.name)")
      }
    }
  }

  @Test("images that are in the node already are used, and carry the version once", arguments: NamedOptions.all)
  func images(named: NamedOptions) throws {
    let objects = try allObjects(named.options)
    for object in objects {
      let pod = object["spec"]["template"]["spec"]
      for container in pod["containers"].elements + pod["initContainers"].elements {
        #expect(container["imagePullPolicy"] == "IfNotPresent")
        #expect(container["image"].stringValue?.contains("@") == false)
      }
    }
    #expect(
      ImageList.images(in: objects) == [
        "docker.gitea.com/gitea:1.24.3-rootless", "public.ecr.aws/docker/library/redis:8.2.3-alpine",
        "quay.io/argoproj/argocd:v3.5.1", "registry.k8s.io/ingress-nginx/controller:v1.15.1",
      ])
    #expect(ImageList.images(in: objects, includingIdle: true).contains("ghcr.io/dexidp/dex:v2.45.0"))
  }

  @Test("the ingress has idpbuilder's changes on top of upstream's")
  func ingressArguments() throws {
    let container = try allObjects(PlatformOptions()).object("Deployment", "ingress-nginx-controller")
      .container("controller")
    let arguments = container["args"].elements.compactMap(\.stringValue)
    #expect(
      arguments.suffix(3) == [
        "--publish-status-address=localhost", "--enable-ssl-passthrough",
        "--default-ssl-certificate=ingress-nginx/idpbuilder-cert",
      ])
    #expect(arguments.count == 12)
  }

  @Test("the platform's port is one of the ingress' service, unless it is 80 or 443 already")
  func servicePorts() throws {
    func ports(_ port: Int, _ scheme: PlatformOptions.Scheme) throws -> [Value] {
      try allObjects(PlatformOptions(scheme: scheme, port: port)).object("Service", "ingress-nginx-controller")["spec"][
        "ports"
      ].elements
    }
    let usual = try ports(8443, .https)
    #expect(usual.map { $0["port"].intValue } == [80, 443, 8443])
    #expect(usual[2]["name"] == "https-8443" && usual[2]["targetPort"] == "https")
    #expect(try ports(443, .https).map { $0["port"].intValue } == [80, 443])
    #expect(try ports(8880, .http).map { $0["targetPort"] } == ["http", "https", "http"])
  }

  @Test("both hosts are routed when they differ, one rule when they do not")
  func hosts() throws {
    let one = try allObjects(PlatformOptions()).object("Ingress", "my-gitea-custom")
    #expect(one["spec"]["rules"].elements.map { $0["host"] } == ["gitea.cnoe.localtest.me"])
    let two = try allObjects(PlatformOptions(ingressHost: "x.example.net")).object("Ingress", "my-gitea-custom")
    #expect(two["spec"]["rules"].elements.map { $0["host"] } == ["gitea.x.example.net", "gitea.cnoe.localtest.me"])
  }

  @Test("routing by name passes TLS through to Argo CD; by path, and without TLS, the ingress speaks plain HTTP to it")
  func routes() throws {
    let names = try allObjects(PlatformOptions())
    let through = try names.object("Ingress", "argocd-server-ingress")
    #expect(through["metadata"]["annotations"]["nginx.ingress.kubernetes.io/ssl-passthrough"] == "true")
    #expect(try names.object("ConfigMap", "argocd-cmd-params-cm")["data"].isNull)
    #expect(!names.contains { $0["metadata"]["name"] == "my-gitea-path" })

    let paths = try allObjects(PlatformOptions(usePathRouting: true))
    let http = try paths.object("Ingress", "argocd-server-ingress-http")
    #expect(http["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/argocd(/|$)(.*)")
    let parameters: Value = ["server.insecure": "true", "server.basehref": "/argocd"]
    #expect(try paths.object("ConfigMap", "argocd-cmd-params-cm")["data"] == parameters)
    for name in ["my-gitea-path", "my-gitea-path-oci-root", "my-gitea-path-oci-repo"] {
      #expect(try paths.object("Ingress", name)["spec"]["rules"][0]["host"] == "cnoe.localtest.me")
    }

    let plain = try allObjects(PlatformOptions(scheme: .http, port: 8080))
    #expect(try plain.object("ConfigMap", "argocd-cmd-params-cm")["data"] == ["server.insecure": "true"])
    let ingress = try plain.object("Ingress", "argocd-server-ingress")
    #expect(ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/force-ssl-redirect"].isNull)
  }

  @Test(
    "Gitea knows its own address",
    arguments: zip(
      NamedOptions.all,
      [
        ("gitea.cnoe.localtest.me", "https://gitea.cnoe.localtest.me:8443"),
        ("cnoe.localtest.me", "https://cnoe.localtest.me:8443/gitea"),
        ("gitea.idp.example.org", "http://gitea.idp.example.org:8880"),
        ("idp.example.org", "https://idp.example.org:443/gitea"),
      ]))
  func giteaAddress(named: NamedOptions, expected: (domain: String, url: String)) throws {
    let settings = try allObjects(named.options).object("Secret", "my-gitea-inline-config")["stringData"]["server"]
    let lines = try #require(settings.stringValue).split(separator: "\n").map(String.init)
    #expect(lines.contains("DOMAIN=\(expected.domain)"))
    #expect(lines.contains("SSH_DOMAIN=\(expected.domain)"))
    #expect(lines.contains("ROOT_URL=\(expected.url)"))
  }

  @Test("Argo CD has idpbuilder's settings, and trusts the certificate for both ways to Gitea")
  func argoCDSettings() throws {
    let objects = try allObjects(PlatformOptions())
    let settings = try objects.object("ConfigMap", "argocd-cm")["data"]
    #expect(settings["application.resourceTrackingMethod"] == "annotation")
    #expect(settings["timeout.reconciliation"] == "60s")
    #expect(settings["accounts.developer"] == "apiKey, login")
    let trust: Value = ["gitea.cnoe.localtest.me": .string(somePEM), "cnoe.localtest.me": .string(somePEM)]
    #expect(try objects.object("ConfigMap", "argocd-tls-certs-cm")["data"] == trust)
    for name in ["argocd-dex-server", "argocd-notifications-controller"] {
      #expect(try objects.object("Deployment", name)["spec"]["replicas"] == 0)
    }
  }

  @Test("Gitea is replaced, not rolled")
  func giteaStrategy() throws {
    let gitea = try allObjects(PlatformOptions()).object("Deployment", "my-gitea")
    #expect(gitea["spec"]["strategy"] == ["type": "Recreate"])
  }

  @Test("readiness is looked at every second")
  func readiness() throws {
    for object in try allObjects(PlatformOptions()) {
      for container in object["spec"]["template"]["spec"]["containers"].elements
      where !container["readinessProbe"].isNull {
        #expect(container["readinessProbe"]["periodSeconds"] == 1)
        #expect(container["readinessProbe"]["initialDelaySeconds"].isNull)
      }
    }
  }

  @Test("the definitions are small enough for a quick API server, and keep what they do not name")
  func definitions() throws {
    let all = try allObjects(PlatformOptions()) + IdpbuilderDefinitions.objects()
    let definitions = all.filter { $0["kind"] == "CustomResourceDefinition" }
    #expect(definitions.count == 6)
    #expect(definitions.reduce(0) { $0 + JSON.serialize($1).count } < 64 * 1024)
    for definition in definitions where definition["spec"]["group"] == "argoproj.io" {
      let spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
      Self.expectOpen(spec, at: definition["metadata"]["name"].stringValue ?? "")
    }
  }

  /// Every object that names properties must keep the others: naming some begins pruning again.
  private static func expectOpen(_ schema: Value, at place: String) {
    if !schema["properties"].isNull {
      #expect(schema["x-kubernetes-preserve-unknown-fields"] == true, "\(place)")
    }
    for (name, property) in schema["properties"].members { expectOpen(property, at: "\(place).\(name)") }
    if !schema["items"].isNull { expectOpen(schema["items"], at: "\(place)[]") }
  }

  @Test("what others need is applied before them")
  func phases() throws {
    let groups = ApplyPhase.grouped(try allObjects(PlatformOptions()))
    #expect(groups.map(\.phase) == ApplyPhase.allCases)
    #expect(groups[0].objects.map { $0["metadata"]["name"] } == ["argocd", "gitea", "ingress-nginx"])
    #expect(Set(groups[1].objects.map { $0["kind"] }) == ["CustomResourceDefinition"])
    #expect(Set(groups[3].objects.map { $0["kind"] }) == ["Deployment", "StatefulSet"])
    #expect(groups.map(\.objects.count).reduce(0, +) == (try allObjects(PlatformOptions())).count)
  }
}
