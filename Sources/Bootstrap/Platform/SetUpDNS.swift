import Diagnostics
import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// `dns`: inside the cluster the platform's names lead to the ingress.
  ///
  /// On a new cluster this overtakes kubeadm: the rules are there before CoreDNS is, and its Deployment is changed while
  /// its first pods still wait for a node, so that it is not rolled over later.
  func setUpDNS() -> Step {
    Step(.dns, title: "dns", after: after) { [self] context in
      let client = try await kubernetes.value()
      let deadline = Deadline.after(.seconds(180))
      try await applyDifferences([CoreDNS.rules(options)])
      do {
        // Its name is given, so that a creation whose answer was lost shows itself in the next one.
        try await client.retryingTransientFailures(until: deadline, awaiting: "the rules of the user") { [options] in
          _ = try await client.create(CoreDNS.emptyUserRules(options), fieldManager: Names.fieldManager)
        }
      } catch let error as APIStatusError where error.isAlreadyExists {
        // The user's own rules stay as they are.
      }
      let reference = ObjectReference(.configMaps, CoreDNS.name, namespace: CoreDNS.namespace)
      let present = try await client.waitFor(
        reference, until: .exists, deadline: deadline, report: { context.report("CoreDNS: \($0)") })
      let corefile = present?["data"]["Corefile"].stringValue ?? ""
      let wanted = try CoreDNS.importingRules(corefile)
      if wanted != corefile { try await apply([CoreDNS.corefileObject(wanted)]) }
      let deployment = try await client.waitFor(
        ObjectReference(.deployments, CoreDNS.name, namespace: CoreDNS.namespace), until: .exists, deadline: deadline)
      try await client.apply(
        CoreDNS.deploymentMount, over: deployment, fieldManager: Names.fieldManager, deadline: .after(.seconds(60)))
      return "\(options.host) → ingress"
    }
  }
}
