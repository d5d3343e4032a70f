import Glibc
import Harness

let usage = """
  usage: soak kill [--count N] [--seed S] [--parallel N] [--minutes M]
         soak concurrent [--count N]
         soak faults [--fault F] [--only TEXT] [--parallel N] [--record FILE] [--minutes M]
         soak requests [--count N] [--seed S] [--fault F] [--only TEXT] [--minutes M]
         soak daemon-restart [--count N]
  kill        ends create with signals at step boundaries and random moments, and runs it again; N clusters side by side
  concurrent  starts two creates at once
  faults      does each fault to every kind of request, N clusters side by side; a kind that is in FILE already is left
              out, so that a sweep can be ended and gone on with
  requests    does one fault to one request, for pairs chosen by the seed
  daemon-restart  starts a dockerd of its own (as root), ends it by SIGTERM, by SIGKILL and as at a power loss, starts it
              again, and requires that the platform becomes healthy by itself
  Faults: refused reset delayed truncated 500 409 429 endless.
  Long runs against the binary under test (IDPBUILDER_BINARY), on the stand-in node or IDPBUILDER_NODE_IMAGE.

  """

do {
  guard let settings = SoakSettings(Array(CommandLine.arguments.dropFirst())) else {
    say(usage, to: 2)
    exit(64)
  }
  if settings.command == .engineRestarts { try enterOwnNetwork() }
  let failures =
    switch settings.command {
    case .kill: try await soakKills(settings)
    case .concurrent: try await soakConcurrent(settings)
    case .faults: try await soakFaults(settings)
    case .requests: try await soakRequests(settings)
    case .engineRestarts: try await soakEngineRestarts(settings)
    }
  exit(failures == 0 ? 0 : 1)
} catch {
  say("\(error)", to: 2)
  exit(1)
}

/// Writes a line at once, so that a long run can be followed in a file.
func say(_ line: String, to descriptor: Int32 = 1) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
