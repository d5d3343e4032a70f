import Documents
import Glibc
import Harness
import NodeServer

/// A Docker Engine that says what a test wants, at a unix socket: for what a real engine cannot be made to be.
final class FakeEngine: Sendable {
  /// The socket's path.
  let path: String
  /// What `--docker-host` takes.
  var address: String { "unix://\(path)" }
  private let listener: Listener

  /// Listens.
  /// - Parameters:
  ///   - folder: where the socket is put.
  ///   - apiVersion: the newest API version it speaks.
  ///   - change: changes the facts of a sound engine that `GET /info` answers with.
  /// - Throws: if the socket cannot be made.
  init(
    in folder: String, apiVersion: String = "1.47", _ change: (inout Value) -> Void = { _ in }
  ) throws {
    path = folder + "/engine.sock"
    var info: Value = [
      "OSType": "linux", "ServerVersion": "28.0.0", "CgroupVersion": "2", "CgroupDriver": "systemd", "NCPU": 8,
      "MemTotal": .integer(16 << 30), "MemoryLimit": true, "PidsLimit": true, "SecurityOptions": [],
      "DockerRootDir": .string(folder), "SystemTime": .string(Self.now),
    ]
    change(&info)
    let facts = info
    listener = try Listener(unixSocket: path)
    listener.serve(tls: nil) { request, connection in
      let answer: Value
      switch request.segments.last {
      case "_ping":
        return connection.respond(status: 200, headers: [("Api-Version", apiVersion)], body: Array("OK".utf8))
      case "info": answer = facts
      case "volumes": answer = ["Volumes": []]
      default: answer = []
      }
      connection.respond(
        status: 200, headers: [("Content-Type", "application/json")], body: JSON.serialize(answer))
    }
  }

  private static var now: String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).5Z"
  }
}
