import ClusterAPI
import Documents
import Glibc
import NodeServer

/// Process 1 of the node: boots, serves the API once kubeadm has run, and ends when it is told to.
enum Init {
  static func run() -> Int32 {
    let faults = Faults()
    var ends = sigset_t()
    sigemptyset(&ends)
    for number in [SIGTERM, SIGINT, SIGHUP, 37 /* SIGRTMIN+3, what an engine sends to systemd */] {
      sigaddset(&ends, number)
    }
    pthread_sigmask(SIG_BLOCK, &ends, nil)

    log("INFO: running in privileged mode with CGROUP v2")
    log("INFO: setting iptables to detected mode: nft")
    log("systemd 252 (stand-in) running in system mode")
    if faults.boot == "exit" {
      log("Failed to mount cgroup at /sys/fs/cgroup/systemd: Operation not permitted")
      return 255
    }
    for path in ["/run", "/var/lib/stand-in", NodeLayout.networkConfigurations, "/var/log/pods", "/var/log/containers"]
    {
      Files.makeDirectory(path)
    }
    let node = Node(faults: faults)
    do {
      try node.serveLocally()
      if Files.exists(NodeLayout.settings) { try node.start() }
    } catch {
      log("Failed to start: \(error)")
      return 1
    }
    if faults.boot != "hang" {
      log("[  OK  ] Reached target Multi-User System.")
    }
    var number: Int32 = 0
    sigwait(&ends, &number)
    log("Received signal \(number), shutting down.")
    // What an engine sees of a systemd that halts in a container: the kernel ends process 1 by SIGINT
    // (pid_namespaces(7), "The reboot(2) system call"). By this code restart policies tell it from one that is done.
    return 128 + SIGINT
  }

  static func log(_ line: String) {
    say(line)
    let descriptor = open(NodeLayout.bootLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    put("\(timestamp()) node \(line)\n", to: descriptor)
    close(descriptor)
  }
}
