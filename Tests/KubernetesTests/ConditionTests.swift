import Documents
import Kubernetes
import Testing

@Suite struct ConditionTests {
  private func evaluate(_ condition: Condition, _ yaml: String) throws -> Readiness {
    try condition.evaluate(YAML.parse(yaml).value)
  }

  @Test(
    "a Deployment is rolled out when its newest pods are all there and available",
    arguments: [
      ("{metadata: {generation: 2}, status: {observedGeneration: 1}}", .pending("starting")),
      ("{spec: {replicas: 2}, status: {updatedReplicas: 1}}", .pending("1/2 updated")),
      (
        "{spec: {}, status: {updatedReplicas: 1, replicas: 2, availableReplicas: 2}}",
        .pending("1 old pod still ending")
      ),
      ("{spec: {replicas: 2}, status: {updatedReplicas: 2, replicas: 2, availableReplicas: 1}}", .pending("1/2 ready")),
      ("{spec: {replicas: 2}, status: {updatedReplicas: 2, replicas: 2, availableReplicas: 2}}", .ready),
      ("{spec: {replicas: 0}, status: {}}", .ready), ("{spec: {}, status: {}}", .pending("0/1 updated")),
    ] as [(String, Readiness)])
  func deployment(yaml: String, expected: Readiness) throws {
    #expect(try evaluate(.deploymentRolledOut, yaml) == expected)
  }

  @Test("a Deployment that is past its progress deadline ends the wait")
  func progressDeadline() {
    let yaml = """
      status: {conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: too slow}]}
      """
    #expect(throws: WorkloadError("too slow")) { try self.evaluate(.deploymentRolledOut, yaml) }
  }

  @Test(
    "StatefulSets, DaemonSets, Jobs, CRDs and namespaces are awaited by their own rules",
    arguments: [
      (.statefulSets, "{spec: {replicas: 2}, status: {readyReplicas: 1}}", .pending("1/2 ready")),
      (
        .statefulSets, "{status: {readyReplicas: 1, updatedReplicas: 0, currentRevision: a, updateRevision: b}}",
        .pending("0/1 updated")
      ),
      (.statefulSets, "{status: {readyReplicas: 1, currentRevision: a, updateRevision: a}}", .ready),
      (
        .daemonSets, "{status: {desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1}}",
        .pending("1/2 ready")
      ),
      (.daemonSets, "{status: {desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1}}", .ready),
      (.jobs, "{status: {active: 1}}", .pending("running")),
      (.jobs, "{status: {conditions: [{type: Complete, status: 'True'}]}}", .ready),
      (
        .customResourceDefinitions, "{status: {conditions: [{type: NamesAccepted, status: 'True'}]}}",
        .pending("Established not known yet")
      ),
      (
        .customResourceDefinitions,
        "{status: {conditions: [{type: Established, status: 'True'}, {type: NamesAccepted, status: 'False', message: taken}]}}",
        .pending("taken")
      ),
      (
        .customResourceDefinitions,
        "{status: {conditions: [{type: Established, status: 'True'}, {type: NamesAccepted, status: 'True'}]}}", .ready
      ),
      (.namespaces, "{status: {phase: Terminating}}", .pending("Terminating")),
      (.namespaces, "{status: {phase: Active}}", .ready),
      (
        .nodes,
        "{status: {conditions: [{type: Ready, status: 'False', reason: KubeletNotReady, message: cni plugin not initialized}]}}",
        .pending("cni plugin not initialized")
      ),
      (.configMaps, "{}", .ready),
    ] as [(ResourceType, String, Readiness)])
  func settled(type: ResourceType, yaml: String, expected: Readiness) throws {
    #expect(try evaluate(.settled(type), yaml) == expected)
  }

  @Test("a condition about an older generation does not count")
  func generation() throws {
    let yaml = """
      metadata: {generation: 3}
      status: {conditions: [{type: Available, status: "True", observedGeneration: 2}]}
      """
    #expect(try evaluate(.condition("Available"), yaml) == .pending("Available not known yet for the latest change"))
  }

  @Test("an object that is not there yet is awaited, and one that should be gone too")
  func existence() throws {
    #expect(try Condition.exists.evaluate(nil) == .pending("does not exist yet"))
    #expect(try Condition.gone.evaluate(nil) == .ready)
    #expect(try evaluate(.gone, "{metadata: {}}") == .pending("still there"))
    #expect(
      try evaluate(.gone, "{metadata: {deletionTimestamp: x, finalizers: [a/b]}}") == .pending("ending, waits for a/b"))
  }
}
