public import Diagnostics
import DockerEngine

extension Node {
  /// Ends everything that runs in the node in good order, so that its files are at rest, and stops the node.
  ///
  /// Workloads get to end first, then the API server, then etcd. All containers are removed from the runtime: what is
  /// left of them is worth nothing after a start, which makes all of them anew, and without them the start is shorter.
  ///
  /// Should this program be killed half-way, the kubelet is started again by the node itself after a while.
  ///
  /// - Parameters:
  ///   - deadline: When to give up.
  ///   - progress: Told in words what happens.
  /// - Returns: Whether containers' file systems are left; see ``NodeVolume/rules(hasContainers:isDurable:)``.
  /// - Throws: `EngineError`, `Failure` if the programs in the node refuse.
  public func quiesce(deadline: Deadline, progress: (String) -> Void) async throws -> Bool {
    progress("ending what runs in the node")
    let result = try await run(["/bin/bash", "-c", Self.quiesceScript], deadline: deadline)
    guard result.exitCode == 0 else {
      throw Failure(
        "what runs in node \(name) cannot be ended",
        cause: result.errorOutput.isEmpty ? result.output : result.errorOutput,
        remedy: "start it anew: docker restart \(name)", status: .unhealthy)
    }
    progress("stopping the node")
    try await engine.stopContainer(name, timeout: .seconds(20))
    return !result.output.contains("containers=0")
  }

  /// `crictl` and `ctr` are part of every node image (kind `images/base/Dockerfile`).
  private static let quiesceScript = #"""
    if command -v systemd-run >/dev/null; then systemd-run --quiet --on-active=180 systemctl start kubelet || true; fi
    systemctl stop kubelet || exit 1
    end() {
      local seconds=$1 id
      shift
      for id in "$@"; do crictl stop --timeout "$seconds" "$id" >/dev/null 2>&1 & done
      wait
    }
    core=$(crictl ps -q --name '^(etcd|kube-apiserver)$' 2>/dev/null)
    others=()
    for id in $(crictl ps -q 2>/dev/null); do case $core in *"$id"*) ;; *) others+=("$id") ;; esac; done
    end 5 "${others[@]}"
    end 5 $(crictl ps -q --name '^kube-apiserver$' 2>/dev/null)
    end 5 $(crictl ps -q --name '^etcd$' 2>/dev/null)
    crictl rmp -f -a >/dev/null 2>&1 || true
    count=0
    listing=$(ctr -n k8s.io snapshots ls 2>/dev/null) || count=1
    while read -r line; do
      case $line in KEY*|*Committed*|'') ;; *) count=$((count + 1)) ;; esac
    done <<<"$listing"
    echo "containers=$count"
    """#
}
