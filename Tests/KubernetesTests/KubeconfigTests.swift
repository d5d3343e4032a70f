import Diagnostics
import Documents
import HTTP
import Kubernetes
import Testing

@Suite struct KubeconfigTests {
  static let admin = """
    apiVersion: v1
    clusters:
    - cluster:
        certificate-authority-data: Q0E=
        server: https://localdev-control-plane:6443
      name: localdev
    contexts:
    - context:
        cluster: localdev
        user: kubernetes-admin
      name: kubernetes-admin@localdev
    current-context: kubernetes-admin@localdev
    kind: Config
    preferences: {}
    users:
    - name: kubernetes-admin
      user:
        client-certificate-data: Q0VSVA==
        client-key-data: S0VZ
    """

  @Test("the current context of kubeadm's file becomes an entry under another name and URL")
  func entry() throws {
    let entry = try KubeconfigEntry(
      Kubeconfig(parsing: Self.admin), renamed: "kind-localdev", server: "https://127.0.0.1:41234")
    var kubeconfig = Kubeconfig()
    kubeconfig.merge(entry)
    #expect(
      kubeconfig.text
        == """
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: Q0E=
            server: https://127.0.0.1:41234
          name: kind-localdev
        contexts:
        - context:
            cluster: kind-localdev
            user: kind-localdev
          name: kind-localdev
        current-context: kind-localdev
        kind: Config
        preferences: {}
        users:
        - user:
            client-certificate-data: Q0VSVA==
            client-key-data: S0VZ
          name: kind-localdev

        """)
  }

  @Test("merging and removing keeps everything else, its order, and what is not known")
  func foreignContent() throws {
    let text = """
      kind: Config
      x-custom: {a: [1, 2]}
      contexts:
      - name: work
        context: {cluster: work, user: me, namespace: prod, extensions: [{name: e, extension: {}}]}
      clusters:
      - {name: work, cluster: {server: https://work, proxy-url: http://p}}
      - {name: kind-b, cluster: {server: https://old}}
      current-context: work
      users: []
      """
    var kubeconfig = try Kubeconfig(parsing: text)
    let before = kubeconfig.value
    kubeconfig.merge(KubeconfigEntry(name: "kind-b", cluster: ["server": "https://new"], user: ["token": "t"]))
    #expect(kubeconfig.currentContext == "kind-b")
    #expect(kubeconfig.contextNames == ["work", "kind-b"])
    #expect(kubeconfig.value["clusters"][1] == ["cluster": ["server": "https://new"], "name": "kind-b"])
    #expect(kubeconfig.value["x-custom"] == ["a": [1, 2]])
    #expect(
      Array(kubeconfig.value.members.keys.prefix(5)) == ["kind", "x-custom", "contexts", "clusters", "current-context"])
    let removals = [kubeconfig.remove("kind-b"), kubeconfig.remove("kind-b")]
    #expect(removals == [true, false])
    #expect(kubeconfig.value["clusters"].elements.count == 1)
    #expect(kubeconfig.value["contexts"] == before["contexts"])
    #expect(kubeconfig.currentContext == nil)
  }

  @Test("the current context stays when another entry is removed")
  func otherCurrentContext() throws {
    var kubeconfig = try Kubeconfig(parsing: Self.admin)
    let removed = kubeconfig.remove("kind-other")
    #expect(!removed)
    #expect(kubeconfig.currentContext == "kubernetes-admin@localdev")
  }

  @Test(
    "a file of the wrong shape is refused with its place",
    arguments: [
      ("a: [", "kc:2:1: "), ("- a\n", "kc:1:1: a kubeconfig must be a mapping, not a list"),
      ("clusters: 5\n", "kc:1:11: “clusters” must be a list, not an integer"),
      ("users:\n- user: {}\n", "kc:2:3: each entry of “users” needs a name"),
    ])
  func wrongShape(text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try Kubeconfig(parsing: text, source: "kc") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("a kubeconfig in JSON stays JSON")
  func json() throws {
    var kubeconfig = try Kubeconfig(parsing: #"{"kind": "Config", "clusters": null}"#)
    kubeconfig.merge(KubeconfigEntry(name: "kind-a", cluster: [:], user: [:]))
    let read = try JSON.parse(kubeconfig.text)
    #expect(read["current-context"] == "kind-a")
    #expect(read["clusters"][0]["name"] == "kind-a")
  }

  @Test("certificates, key, token and server come out of the context's entries")
  func access() throws {
    let access = try Kubeconfig(parsing: Self.admin).access()
    #expect(access.server == "https://localdev-control-plane:6443")
    #expect(access.authorityPEM == "CA")
    #expect(access.identity?.certificatePEM == "CERT")
    #expect(access.identity?.keyPEM.revealed == "KEY")
    #expect(access.token == nil)
  }

  @Test(
    "what cannot be used is refused with the reason",
    arguments: [
      ("{}", "the kubeconfig has no current context"),
      ("{current-context: x}", "the kubeconfig has no context “x”"),
      (
        "{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}]}",
        "the kubeconfig has no cluster “c”, which its context “x” names"
      ),
      (
        """
        {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], users: [{name: u, user: {exec: {}}}],
         clusters: [{name: c, cluster: {server: 'https://a'}}]}
        """, "the user's “exec” is not supported"
      ),
      (
        """
        {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], users: [{name: u, user: {}}],
         clusters: [{name: c, cluster: {server: 'https://a', insecure-skip-tls-verify: true}}]}
        """, "the cluster asks for insecure-skip-tls-verify, which is not supported"
      ),
      (
        """
        {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], users: [{name: u, user: {}}],
         clusters: [{name: c, cluster: {server: 'https://a', proxy-url: 'http://proxy'}}]}
        """, "the cluster's “proxy-url” is not supported"
      ),
    ])
  func unusable(text: String, message: String) throws {
    let kubeconfig = try Kubeconfig(parsing: text)
    let error = #expect(throws: KubeconfigError.self) { try kubeconfig.access() }
    #expect(error?.description == message)
  }

  @Test(
    "the files are those that kind and kubectl choose",
    arguments: [
      (nil, ["HOME": "/home/a"], ["/home/a/.kube/config"]),
      (nil, ["HOME": "/h", "KUBECONFIG": "/a::/b:/a"], ["/a", "/b"]),
      ("/c", ["KUBECONFIG": "/a"], ["/c"]), (nil, ["HOME": "/h", "KUBECONFIG": ""], ["/h/.kube/config"]),
    ] as [(String?, [String: String], [String])])
  func paths(explicit: String?, environment: [String: String], expected: [String]) {
    #expect(KubeconfigPaths(explicit: explicit, environment: environment).all == expected)
  }
}
