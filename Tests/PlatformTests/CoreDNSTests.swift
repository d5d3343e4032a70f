import Diagnostics
import Documents
import Platform
import Testing

@Suite struct CoreDNSTests {
  /// As kubeadm writes it.
  static let usual = """
    .:53 {
        errors
        health {
           lameduck 5s
        }
        ready
        kubernetes cluster.local in-addr.arpa ip6.arpa {
           pods insecure
        }
        forward . /etc/resolv.conf
    }

    """

  @Test("the import is put in front of the cluster's plug-in, everything else stays")
  func importsOnce() throws {
    let once = try CoreDNS.importingRules(Self.usual)
    #expect(
      once
        == Self.usual.replacing(
          "    kubernetes cluster", with: "    import ../coredns-configs/*.conf\n    kubernetes cluster"))
    #expect(try CoreDNS.importingRules(once) == once)
  }

  @Test("a Corefile with several blocks, comments and an import of its own keeps them")
  func keepsOthers() throws {
    let corefile = """
      # kubernetes is below
      example.org {
      \tforward . 9.9.9.9
      }
      . {
      \timport custom/*.override
      \tkubernetes cluster.local
      }
      """
    let expected = corefile.replacing(
      "\tkubernetes", with: "\timport ../coredns-configs/*.conf\n\tkubernetes")
    #expect(try CoreDNS.importingRules(corefile) == expected)
  }

  @Test("a Corefile that does not serve the cluster is refused", arguments: ["", ".:53 {\n}\n", "# kubernetes\n"])
  func refuses(corefile: String) {
    let error = #expect(throws: Failure.self) { try CoreDNS.importingRules(corefile) }
    #expect(error?.status == .unhealthy)
  }

  @Test("the host and every name below it lead to the ingress, dots meaning dots")
  func rules() throws {
    let rules = try CoreDNS.rules(PlatformOptions(host: "idp.example.org"))
    #expect(rules["metadata"]["name"] == "coredns-conf-default")
    #expect(
      rules["data"]["default.conf"] == """
        rewrite stop {
            name regex ^(.+)\\.idp\\.example\\.org\\.$ ingress-nginx-controller.ingress-nginx.svc.cluster.local answer auto
        }
        rewrite name exact idp.example.org ingress-nginx-controller.ingress-nginx.svc.cluster.local

        """)
    #expect(try CoreDNS.emptyUserRules(PlatformOptions())["metadata"]["name"] == "coredns-conf-custom")
  }

  @Test("only the volume and its mount are applied to the Deployment")
  func mount() {
    let spec = CoreDNS.deploymentMount["spec"]
    #expect(spec.members.keys == ["template"])
    #expect(spec["template"]["spec"].members.keys == ["containers", "volumes"])
    #expect(spec["template"]["spec"]["containers"][0].members.keys == ["name", "volumeMounts"])
  }
}
