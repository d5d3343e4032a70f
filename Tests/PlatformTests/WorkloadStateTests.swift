import Diagnostics
import Documents
import Platform
import Testing

@Suite struct WorkloadStateTests {
  static func deployment(_ status: Value, replicas: Int = 1, generation: Int = 1) -> Value {
    [
      "kind": "Deployment", "metadata": ["name": "d", "namespace": "n", "generation": Value(generation)],
      "spec": ["replicas": Value(replicas), "selector": ["matchLabels": ["app": "d"]]],
      "status": status,
    ]
  }

  /// A pod of the deployment whose status is written in YAML.
  static func pod(_ status: String) throws -> Value {
    [
      "metadata": ["name": "d-1", "namespace": "n", "uid": "u", "labels": ["app": "d", "hash": "1"]],
      "status": try .yaml(status),
    ]
  }

  static func event(_ reason: String, _ message: String, second: Int, type: Value = "Normal") -> Value {
    [
      "reason": .string(reason), "message": .string(message), "type": type, "involvedObject": ["uid": "u"],
      "lastTimestamp": .string("2026-01-01T00:00:0\(second)Z"),
    ]
  }

  @Test(
    "a workload is ready when all pods of its present version are",
    arguments: [
      ("{observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1}", true),
      ("{observedGeneration: 0, replicas: 1, updatedReplicas: 1, readyReplicas: 1}", false),
      ("{observedGeneration: 1, replicas: 2, updatedReplicas: 1, readyReplicas: 2}", false),
      ("{observedGeneration: 1, replicas: 1, updatedReplicas: 1}", false),
      ("{observedGeneration: 1, replicas: 1, readyReplicas: 1}", false),
      ("{}", false),
    ])
  func ready(status: String, isReady: Bool) throws {
    let state = WorkloadState(Self.deployment(try .yaml(status)), pods: [])
    #expect((state == .ready) == isReady, "\(state)")
  }

  @Test("one that is scaled to none is ready")
  func idle() throws {
    #expect(WorkloadState(Self.deployment(["observedGeneration": 1], replicas: 0), pods: []) == .ready)
  }

  @Test(
    "what a pod waits for is said in words",
    arguments: [
      ("{}", "0/1 ready, starting"),
      (
        "{conditions: [{type: PodScheduled, status: 'False', message: 0/1 nodes are available}]}",
        "0/1 ready, cannot be scheduled: 0/1 nodes are available"
      ),
      (
        "{containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]}", "0/1 ready, starting"
      ),
      (
        """
        {initContainerStatuses: [{name: i, ready: false, state: {running: {}}}],
        containerStatuses: [{name: c, state: {waiting: {reason: PodInitializing}}}]}
        """, "0/1 ready, running i"
      ),
      (
        """
        {initContainerStatuses: [{name: i, ready: true, state: {terminated: {exitCode: 0, reason: Completed}}}],
        containerStatuses: [{name: c, ready: false, state: {running: {}}}]}
        """, "0/1 ready, c is starting"
      ),
      (
        """
        {containerStatuses: [{name: c, state: {waiting: {reason: CreateContainerConfigError,
        message: secret "s" not found}}}]}
        """, "0/1 ready, c: secret \"s\" not found"
      ),
      (
        """
        {containerStatuses: [{name: c, restartCount: 1, state: {waiting: {reason: CrashLoopBackOff, message: back-off}},
        lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}
        """, "0/1 ready, c ended with exit code 137 (OOMKilled), will be started again"
      ),
      (
        """
        {containerStatuses: [{name: c, state: {waiting: {reason: ErrImagePull, message: connection refused}}}]}
        """, "0/1 ready, c: connection refused"
      ),
    ])
  func waiting(status: String, expected: String) throws {
    let state = WorkloadState(Self.deployment([:]), pods: [try Self.pod(status)])
    #expect(state == .waiting(expected))
  }

  @Test("an image that is being pulled is named, as long as the pull has not ended")
  func pulling() throws {
    let pod = try Self.pod("{containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]}")
    let pull = Self.event("Pulling", "Pulling image \"quay.io/a:1\"", second: 2)
    let done = Self.event("Pulled", "Successfully pulled image \"quay.io/b:1\"", second: 1)
    #expect(
      WorkloadState(Self.deployment([:]), pods: [pod], events: [pull, done])
        == .waiting("0/1 ready, pulling image quay.io/a:1"))
    let later = Self.event("Pulled", "Successfully pulled image \"quay.io/a:1\"", second: 3)
    #expect(
      WorkloadState(Self.deployment([:]), pods: [pod], events: [pull, done, later]) == .waiting("0/1 ready, starting"))
  }

  @Test("an image that cannot be pulled ends the wait with the registry's words")
  func imageFailure() throws {
    let pod = try Self.pod(
      """
      {initContainerStatuses: [{name: c, image: "q/a:1",
      state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling}}}]}
      """)
    let attempt = Self.event("Failed", "Failed to pull image \"q/a:1\": no such host", second: 1, type: "Warning")
    guard case .failed(let failure) = WorkloadState(Self.deployment([:]), pods: [pod], events: [attempt]) else {
      Issue.record("not failed")
      return
    }
    #expect(failure.kind == .imagePull && failure.container == "c" && failure.image == "q/a:1")
    #expect(failure.message == "Failed to pull image \"q/a:1\": no such host")
    let shown = failure.failure(package: "gitea")
    #expect(shown.what == "gitea: image q/a:1 cannot be pulled")
    #expect(shown.cause == "Failed to pull image \"q/a:1\": no such host  (kubelet, pod n/d-1, container c)")
    #expect(shown.status == .unhealthy)
  }

  @Test("a container that crashes again and again ends the wait with its last words and its log")
  func crashLoop() throws {
    let pod = try Self.pod(
      """
      {containerStatuses: [{name: c, image: i, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}},
      lastState: {terminated: {exitCode: 1, reason: Error, message: database is locked}}}]}
      """)
    guard case .failed(let failure) = WorkloadState(Self.deployment([:]), pods: [pod]) else {
      Issue.record("not failed")
      return
    }
    #expect(failure.kind == .crashLoop)
    #expect(failure.message == "ended with exit code 1: database is locked")
    #expect(failure.failure(package: "p", log: "last line").cause?.hasSuffix("\nlast line") == true)
  }

  @Test("pods of others, and pods that are being deleted, do not count")
  func otherPods() throws {
    let bad = "{containerStatuses: [{name: c, image: i, state: {waiting: {reason: InvalidImageName}}}]}"
    var other = try Self.pod(bad)
    other["metadata"]["labels"]["app"] = "e"
    var elsewhere = try Self.pod(bad)
    elsewhere["metadata"]["namespace"] = "m"
    var leaving = try Self.pod(bad)
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    #expect(WorkloadState(Self.deployment([:]), pods: [other, elsewhere, leaving]) == .waiting("0/1 ready"))
  }

  @Test("when no pod can be made, the workload says why")
  func noPods() throws {
    let status = try Value.yaml("{conditions: [{type: ReplicaFailure, status: 'True', message: exceeded quota}]}")
    #expect(WorkloadState(Self.deployment(status), pods: []) == .waiting("0/1 ready, no pod: exceeded quota"))
  }
}

@Suite struct ApplicationStateTests {
  @Test(
    "an Application's status is put in words",
    arguments: [
      ("{}", ApplicationState.waiting("not looked at yet")),
      ("{status: {sync: {status: Synced, revision: abc}, health: {status: Healthy}}}", .done(revision: "abc")),
      ("{status: {sync: {status: Synced, revision: old}, health: {status: Healthy}}}", .done(revision: "old")),
      (
        "{status: {sync: {status: Synced, revision: abc}, health: {status: Progressing, message: 0 of 1}}}",
        .waiting("synced, health Progressing: 0 of 1")
      ),
      ("{status: {sync: {status: OutOfSync, revision: abc}}}", .waiting("not synced (OutOfSync)")),
      (
        """
        {status: {sync: {status: OutOfSync, revision: abc}, operationState: {phase: Running, message: waiting for crd}}}
        """, .waiting("syncing: waiting for crd")
      ),
      (
        """
        {status: {sync: {status: Unknown}, conditions: [{type: SharedResourceWarning, message: w},
        {type: ComparisonError, message: repository not found}]}}
        """, .troubled("ComparisonError: repository not found")
      ),
      (
        """
        {status: {sync: {status: OutOfSync, revision: abc}, operationState: {phase: Failed, message: one object failed,
        syncResult: {resources: [{kind: Ingress, name: i, status: SyncFailed, message: webhook refused}]}}}}
        """, .troubled("sync failed: one object failed; Ingress i: webhook refused")
      ),
    ])
  func reads(yaml: String, expected: ApplicationState) throws {
    #expect(ApplicationState(try .yaml(yaml)) == expected)
  }

  @Test("what is only left over in the cluster is not waited for without prune, and is named")
  func leftovers() throws {
    let text = """
      {metadata: {name: app}, spec: {syncPolicy: {automated: {prune: PRUNE}}}, status: {sync: {status: OutOfSync,
      revision: abc}, health: {status: Healthy}, resources: [{kind: Service, name: s, status: Synced},
      {kind: ConfigMap, name: a, namespace: b, status: OutOfSync, requiresPruning: true}MORE]}}
      """
    func application(prune: Bool, more: String = "") throws -> Value {
      try .yaml(text.replacing("PRUNE", with: "\(prune)").replacing("MORE", with: more))
    }
    let left = try application(prune: false)
    #expect(ApplicationState(left) == .done(revision: "abc"))
    #expect(ApplicationState.leftoverNotice(left)?.hasSuffix("kubectl delete ConfigMap a -n b") == true)
    let others = [
      try application(prune: true), try application(prune: false, more: ", {kind: Job, name: j, status: OutOfSync}"),
    ]
    for other in others {
      #expect(ApplicationState(other) == .waiting("not synced (OutOfSync)"))
      #expect(ApplicationState.leftoverNotice(other) == nil)
    }
  }

  @Test("when a commit is asked for, another one is not enough")
  func revision() throws {
    let application = try Value.yaml(
      "{status: {sync: {status: Synced, revision: aaaaaaaaaa}, health: {status: Healthy}}}")
    #expect(ApplicationState(application, revision: "aaaaaaaaaa") == .done(revision: "aaaaaaaaaa"))
    #expect(
      ApplicationState(application, revision: "bbbbbbbbbb") == .waiting("at aaaaaaa, not yet at bbbbbbb"))
  }
}
