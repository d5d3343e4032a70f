import KindCluster
import Testing

@Suite struct NodeOutputTests {
  @Test("the boot line is found wherever the stream is cut, with systemd's colours in it")
  func bootLine() {
    let log =
      "INFO: starting init\r\nsystemd 252 running\r\n[\u{1b}[0;32m  OK  \u{1b}[0m] Reached target \u{1b}[0;1;39mmulti-user.target\u{1b}[0m - Multi-User System.\r\n"
    let bytes = Array(log.utf8)
    for cut in 0...bytes.count {
      var boot = BootLog()
      boot.take(Array(bytes[..<cut]))
      boot.take(Array(bytes[cut...]))
      #expect(boot.state == .ready)
    }
  }

  @Test("other targets are not the boot line")
  func otherTargets() {
    var boot = BootLog()
    boot.take(Array("Welcome to Debian\nReached target Basic System.\nStarting Multi-User System\n".utf8))
    #expect(boot.state == .booting)
  }

  @Test("kubeadm's phases are followed between the lines of its client library")
  func phases() {
    var progress = KubeadmProgress()
    _ = progress.take(
      Array("I1121 10:00:00.000000  1 init.go:1] x\n[certs] Generating \"ca\" certificate and key\n".utf8))
    #expect(progress.phase == "certs" && !progress.hasCredentials)
    _ = progress.take(Array("[etcd] Creating static Pod manifest\n".utf8))
    #expect(progress.phase == "etcd" && progress.hasCredentials)
  }

  @Test("a failed run's complaint is kubeadm's own error, without the log of its client library")
  func complaint() {
    var progress = KubeadmProgress()
    _ = progress.take(
      Array(
        "[init] x\nI1121 10:00:00.000000  1 a.go:1] noise\nerror execution phase kubelet-start: cannot start\nE1121 10:00:00.000000  1 b.go:1] noise\n"
          .utf8))
    #expect(progress.complaint == "error execution phase kubelet-start: cannot start")
  }
}
