import Documents
import Kubernetes
import Testing

@Suite struct PodStateTests {
  @Test(
    "a pod's state is told in few words",
    arguments: [
      ("{spec: {}, status: {phase: Pending}}", "waiting for a node"),
      ("{spec: {nodeName: n}, status: {phase: Pending}}", "starting"),
      ("{status: {containerStatuses: [{state: {waiting: {reason: ContainerCreating}}}]}}", "pulling image"),
      (
        """
        status:
          initContainerStatuses: [{name: init, state: {running: {}}}]
          containerStatuses: [{state: {waiting: {reason: PodInitializing}}}]
        """, "initialising (init)"
      ),
      (
        "{status: {phase: Running, containerStatuses: [{ready: true, state: {running: {}}}, {ready: false, state: {running: {}}}]}}",
        "1/2 ready"
      ),
      ("{metadata: {deletionTimestamp: x}, status: {phase: Running}}", "ending"),
      ("{status: {phase: Succeeded}}", "has ended"),
      ("{status: {phase: Failed, message: evicted for space}}", "evicted for space"),
      ("{status: {phase: Failed, containerStatuses: [{state: {terminated: {reason: OOMKilled}}}]}}", "OOMKilled"),
    ])
  func text(yaml: String, expected: String) throws {
    let state = PodState(try YAML.parse(yaml).value)
    #expect(state.text == expected)
    #expect(state.fault == nil)
    #expect(!state.isReady)
  }

  @Test(
    "what keeps a pod from becoming ready is told in the kubelet's own words",
    arguments: [
      (
        "{name: c, image: 'x:1', restartCount: 0, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image'}}}",
        .image, "x:1: Back-off pulling image"
      ),
      (
        "{name: c, image: 'x:1', state: {waiting: {reason: ErrImageNeverPull, message: 'x:1 is not present'}}}", .image,
        "x:1 is not present"
      ),
      (
        "{name: c, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, lastState: {terminated: {exitCode: 2, reason: Error}}}",
        .crash, "keeps crashing: Error, exit code 2"
      ),
      (
        "{name: c, state: {waiting: {reason: CreateContainerConfigError, message: 'configmap \"x\" not found'}}}",
        .configuration, "configmap \"x\" not found"
      ),
    ] as [(String, PodState.Fault.Kind, String)])
  func faults(container: String, kind: PodState.Fault.Kind, message: String) throws {
    let pod = try YAML.parse("{metadata: {name: p}, status: {phase: Pending, containerStatuses: [\(container)]}}").value
    let state = PodState(pod)
    #expect(state.fault?.kind == kind)
    #expect(state.fault?.message == message)
    #expect(state.fault?.container == "c")
    #expect(state.text == message)
    #expect(state.name == "p")
  }

  @Test("a pod that no node takes says why")
  func unschedulable() throws {
    let pod = try YAML.parse(
      "{status: {conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/1 nodes}]}}")
    #expect(PodState(pod.value).fault?.kind == .unschedulable)
    #expect(PodState(pod.value).text == "0/1 nodes")
  }

  @Test("a wait for a pod ends when the pod does")
  func ended() throws {
    let pod = try YAML.parse("{status: {phase: Failed, message: evicted}}").value
    #expect(throws: WorkloadError("the pod has ended: evicted")) { try Condition.podReady.evaluate(pod) }
    let ready = try YAML.parse("{status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}").value
    #expect(try Condition.podReady.evaluate(ready) == .ready)
  }
}
