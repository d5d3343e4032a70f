import Certificates
import Diagnostics
import Documents
import Platform
import Testing

@Suite struct SecretsTests {
  static func secret(_ namespace: String, _ name: String, _ data: [String: String]) -> Value {
    [
      "kind": "Secret", "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": Value(data.mapValues { Base64.encode(Array($0.utf8)) }),
    ]
  }

  @Test("core secrets show name, password and token under idpbuilder's names; others show all they hold, sorted")
  func json() {
    let argocd = ListedSecret(
      Self.secret("argocd", "argocd-initial-admin-secret", ["password": "p"]), isCore: true)
    #expect(
      JSON.string(argocd.json)
        == #"{"IsCore":true,"name":"argocd-initial-admin-secret","namespace":"argocd","username":"admin","password":"p"}"#
    )
    let gitea = ListedSecret(
      Self.secret("gitea", "gitea-credential", ["username": "giteaAdmin", "password": "p", "token": "t"]), isCore: true)
    #expect(gitea.cells == ["gitea-credential", "gitea", "giteaAdmin", "p", "t", ""])
    let other = ListedSecret(Self.secret("x", "mine", ["b": "2", "a": "1"]), isCore: false)
    #expect(JSON.string(other.json) == #"{"IsCore":false,"name":"mine","namespace":"x","data":{"a":"1","b":"2"}}"#)
    #expect(other.cells == ["mine", "x", "", "", "", "a=1, b=2"])
    #expect(ListedSecret.columns.count == other.cells.count)
  }

  @Test("the passwords do not slip into descriptions")
  func hidden() {
    let entry = ListedSecret(Self.secret("gitea", "gitea-credential", ["password": "hunter2"]), isCore: true)
    #expect(!"\(entry)".contains("hunter2"))
  }

  @Test("without -p all core and all labelled secrets are looked up, with it those of the packages")
  func queries() {
    #expect(
      SecretQuery.all(packages: []) == [
        .core(namespace: "argocd", name: "argocd-initial-admin-secret"),
        .core(namespace: "gitea", name: "gitea-credential"),
        .labelled(selector: "cnoe.io/cli-secret=true"),
      ])
    #expect(
      SecretQuery.all(packages: ["backstage", "gitea"]) == [
        .labelled(selector: "cnoe.io/cli-secret=true,cnoe.io/package-name=backstage"),
        .core(namespace: "gitea", name: "gitea-credential"),
      ])
  }

  @Test("Gitea's secret is read back as it was written; a password is long or the well-known one")
  func gitea() throws {
    let password = Credentials.makePassword(try PlatformOptions())
    #expect(password.revealed.count == 32)
    #expect(Credentials.makePassword(try PlatformOptions(usesStaticPassword: true)).revealed == "developer")
    let secret = Credentials.giteaSecret(password: password, token: Secret("t"))
    let back = try #require(Credentials.gitea(in: secret))
    #expect(back.password == password && back.token == Secret("t"))
    #expect(Credentials.gitea(in: nil) == nil)
    #expect(Credentials.gitea(in: Credentials.giteaSecret(password: password, token: nil))?.token == nil)
  }

  @Test("the static password of Argo CD is hashed once, and found in force afterwards")
  func argoCD() throws {
    let objects = try Credentials.argoCDStaticPassword(settings: nil)
    #expect(objects.map { ObjectIdentity($0).name } == ["argocd-secret", "argocd-initial-admin-secret"])
    let hash = try #require(objects[0]["data"]["admin.password"].stringValue.flatMap { Base64.decodeText($0) })
    #expect(PasswordHash.verify(Secret("developer"), hash: Secret(hash)))
    #expect(objects[0]["data"]["admin.passwordMtime"].stringValue != nil)
    let again = try Credentials.argoCDStaticPassword(settings: objects[0])
    #expect(again.map { ObjectIdentity($0).name } == ["argocd-initial-admin-secret"])
    let generated = SecretsTests.secret("argocd", "argocd-secret", ["admin.password": "$2a$10$other"])
    #expect(try Credentials.argoCDStaticPassword(settings: generated).count == 2)
  }
}
