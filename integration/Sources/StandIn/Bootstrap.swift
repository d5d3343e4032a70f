import ClusterAPI
import Documents

/// The objects that exist once `kubeadm init` is done.
///
/// Source: kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details, and a cluster of v1.36.
enum Bootstrap {
  /// Makes what is missing; what is there is left as it is.
  static func seed(_ state: inout ClusterState, _ settings: Value) {
    let isNew = state.object(.namespaces, "", "kube-system") == nil
    guard isNew else { return }
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
      state.store(.namespaces, "", name) { _ in }
    }
    configMaps(&state, settings)
    node(&state, settings)
    services(&state, settings)
    staticPods(&state, settings)
    for (name, value) in [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)] {
      state.store(ResourceID("scheduling.k8s.io", "priorityclasses"), "", name) { $0["value"] = Value(value) }
    }
    for name in ["cluster-admin", "admin", "edit", "view", "system:node", "system:coredns"] {
      state.store(ResourceID("rbac.authorization.k8s.io", "clusterroles"), "", name) {
        $0["rules"] = [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]
      }
    }
    let skipped = Set(settings["skipPhases"].elements.compactMap(\.stringValue))
    if !skipped.contains("addon"), !skipped.contains("addon/coredns") { coreDNS(&state, settings) }
    if !skipped.contains("addon"), !skipped.contains("addon/kube-proxy") { kubeProxy(&state, settings) }
  }

  private static func configMaps(_ state: inout ClusterState, _ settings: Value) {
    let authority = Files.text(NodeLayout.pki + "/ca.crt") ?? ""
    state.store(.configMaps, "kube-system", "kube-root-ca.crt") { $0["data"] = ["ca.crt": .string(authority)] }
    state.store(.configMaps, "kube-system", "kubeadm-config") {
      $0["data"] = ["ClusterConfiguration": settings["clusterConfiguration"]]
    }
    state.store(.configMaps, "kube-system", "kubelet-config") {
      $0["data"] = ["kubelet": settings["kubeletConfiguration"]]
    }
    state.store(.configMaps, "kube-system", "extension-apiserver-authentication") {
      $0["data"] = ["client-ca-file": .string(authority)]
    }
    state.store(.configMaps, "kube-public", "cluster-info") { object in
      object["data"] = ["kubeconfig": settings["clusterInfo"]]
    }
  }

  private static func node(_ state: inout ClusterState, _ settings: Value) {
    let name = settings["nodeName"].stringValue ?? "node"
    makeNode(
      &state, name: name, address: settings["address"].stringValue ?? "127.0.0.1", labels: settings["nodeLabels"],
      isControlPlane: true)
    guard let taints = settings["taints"].arrayValue else { return }
    state.store(.nodes, "", name) { node in
      if taints.isEmpty { node["spec"].removeValue(forKey: "taints") } else { node["spec"]["taints"] = .array(taints) }
    }
  }

  static func makeNode(_ state: inout ClusterState, name: String, address: String, labels: Value, isControlPlane: Bool)
  {
    let index = state.list(.nodes).count
    let version = state.version
    state.store(.nodes, "", name) { node in
      node["metadata"]["labels"] = [
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
      ]
      if isControlPlane {
        node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = ""
        node["metadata"]["labels"]["node.kubernetes.io/exclude-from-external-load-balancers"] = ""
        node["spec"]["taints"] = [["key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"]]
      }
      for (key, value) in labels.members { node["metadata"]["labels"][key] = value }
      node["metadata"]["annotations"] = [
        "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock",
        "node.alpha.kubernetes.io/ttl": "0",
      ]
      node["spec"]["podCIDR"] = .string("10.244.\(index).0/24")
      node["spec"]["podCIDRs"] = [.string("10.244.\(index).0/24")]
      node["spec"]["providerID"] = .string("kind://docker/stand-in/\(name)")
      node["status"] = [
        "addresses": [
          ["type": "InternalIP", "address": .string(address)], ["type": "Hostname", "address": .string(name)],
        ],
        "capacity": ["cpu": "2", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"],
        "allocatable": ["cpu": "2", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"],
        "nodeInfo": [
          "kubeletVersion": .string(version), "kubeProxyVersion": "", "osImage": "Stand-in node",
          "containerRuntimeVersion": "containerd://2.0.0", "kernelVersion": "6", "operatingSystem": "linux",
          "architecture": "amd64", "machineID": "", "systemUUID": "", "bootID": "",
        ],
      ]
    }
  }

  private static func services(_ state: inout ClusterState, _ settings: Value) {
    let prefix = (settings["serviceSubnet"].stringValue ?? "10.96.0.0/16").split(separator: ".").prefix(2).joined(
      separator: ".")
    state.servicePrefix = prefix
    state.store(.services, "default", "kubernetes") { service in
      service["metadata"]["labels"] = ["component": "apiserver", "provider": "kubernetes"]
      service["spec"] = [
        "type": "ClusterIP", "clusterIP": .string("\(prefix).0.1"),
        "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
      ]
    }
  }

  private static func staticPods(_ state: inout ClusterState, _ settings: Value) {
    let node = settings["nodeName"].stringValue ?? "node"
    let owner = state.object(.nodes, "", node) ?? .null
    let version = state.version
    for component in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
      state.store(.pods, "kube-system", "\(component)-\(node)") { pod in
        pod["metadata"]["labels"] = ["component": .string(component), "tier": "control-plane"]
        pod["metadata"]["annotations"] = ["kubernetes.io/config.source": "file"]
        var reference = owner.ownerReference
        reference.removeValue(forKey: "blockOwnerDeletion")
        pod["metadata"]["ownerReferences"] = [reference]
        pod["spec"] = [
          "nodeName": .string(node), "hostNetwork": true, "priorityClassName": "system-node-critical",
          "containers": [["name": .string(component), "image": .string("registry.k8s.io/\(component):\(version)")]],
          "tolerations": [["operator": "Exists"]],
        ]
      }
    }
  }

  // MARK: Add-ons

  /// The Corefile as kubeadm writes it.
  private static func corefile(_ domain: String) -> String {
    """
    .:53 {
        errors
        health {
           lameduck 5s
        }
        ready
        kubernetes \(domain) in-addr.arpa ip6.arpa {
           pods insecure
           fallthrough in-addr.arpa ip6.arpa
           ttl 30
        }
        prometheus :9153
        forward . /etc/resolv.conf {
           max_concurrent 1000
        }
        cache 30 {
           disable success \(domain)
           disable denial \(domain)
        }
        loop
        reload
        loadbalance
    }

    """
  }

  static func coreDNS(_ state: inout ClusterState, _ settings: Value) {
    let prefix = state.servicePrefix
    state.store(.configMaps, "kube-system", "coredns") { $0["data"] = ["Corefile": .string(corefile("cluster.local"))] }
    state.store(.serviceAccounts, "kube-system", "coredns") { _ in }
    state.store(.services, "kube-system", "kube-dns") { service in
      service["metadata"]["labels"] = [
        "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS",
      ]
      service["spec"] = [
        "clusterIP": .string("\(prefix).0.10"), "selector": ["k8s-app": "kube-dns"],
        "ports": [
          ["name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53],
          ["name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53],
          ["name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153],
        ],
      ]
    }
    state.store(.deployments, "kube-system", "coredns") { deployment in
      deployment["metadata"]["labels"] = ["k8s-app": "kube-dns"]
      deployment["spec"] = [
        "replicas": 2,
        "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": "25%"]],
        "selector": ["matchLabels": ["k8s-app": "kube-dns"]],
        "template": ["metadata": ["labels": ["k8s-app": "kube-dns"]], "spec": coreDNSPod],
      ]
    }
  }

  private static let coreDNSPod: Value = [
    "priorityClassName": "system-cluster-critical", "serviceAccountName": "coredns", "dnsPolicy": "Default",
    "nodeSelector": ["kubernetes.io/os": "linux"],
    "tolerations": [
      ["key": "CriticalAddonsOnly", "operator": "Exists"],
      ["key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"],
    ],
    "containers": [
      [
        "name": "coredns", "image": "registry.k8s.io/coredns/coredns:v1.14.2", "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "resources": ["limits": ["memory": "170Mi"], "requests": ["cpu": "100m", "memory": "70Mi"]],
        "volumeMounts": [["name": "config-volume", "mountPath": "/etc/coredns", "readOnly": true]],
        "ports": [
          ["containerPort": 53, "name": "dns", "protocol": "UDP"],
          ["containerPort": 53, "name": "dns-tcp", "protocol": "TCP"],
          ["containerPort": 9153, "name": "metrics", "protocol": "TCP"],
          ["containerPort": 8080, "name": "liveness-probe", "protocol": "TCP"],
          ["containerPort": 8181, "name": "readiness-probe", "protocol": "TCP"],
        ],
        "livenessProbe": [
          "httpGet": ["path": "/health", "port": "liveness-probe", "scheme": "HTTP"], "initialDelaySeconds": 60,
          "timeoutSeconds": 5,
        ],
        "readinessProbe": ["httpGet": ["path": "/ready", "port": "readiness-probe", "scheme": "HTTP"]],
      ]
    ],
    "volumes": [
      ["name": "config-volume", "configMap": ["name": "coredns", "items": [["key": "Corefile", "path": "Corefile"]]]]
    ],
  ]

  static func kubeProxy(_ state: inout ClusterState, _ settings: Value) {
    let version = state.version
    state.store(.serviceAccounts, "kube-system", "kube-proxy") { _ in }
    state.store(.configMaps, "kube-system", "kube-proxy") { object in
      object["metadata"]["labels"] = ["app": "kube-proxy"]
      object["data"] = ["config.conf": settings["kubeProxyConfiguration"], "kubeconfig.conf": ""]
    }
    state.store(.daemonSets, "kube-system", "kube-proxy") { set in
      set["metadata"]["labels"] = ["k8s-app": "kube-proxy"]
      set["spec"] = [
        "selector": ["matchLabels": ["k8s-app": "kube-proxy"]],
        "template": [
          "metadata": ["labels": ["k8s-app": "kube-proxy"]],
          "spec": [
            "hostNetwork": true, "priorityClassName": "system-node-critical", "serviceAccountName": "kube-proxy",
            "tolerations": [["operator": "Exists"]],
            "containers": [
              [
                "name": "kube-proxy", "image": .string("registry.k8s.io/kube-proxy:\(version)"),
                "volumeMounts": [["name": "kube-proxy", "mountPath": "/var/lib/kube-proxy"]],
              ]
            ],
            "volumes": [["name": "kube-proxy", "configMap": ["name": "kube-proxy"]]],
          ],
        ],
      ]
    }
  }
}
