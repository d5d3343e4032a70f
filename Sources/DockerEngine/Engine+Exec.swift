public import Diagnostics
public import Documents
import HTTP
import Logging

/// How a command in a container ended, and what it wrote.
public struct ExecutionResult: Sendable, Hashable {
  /// The exit code.
  public let exitCode: Int
  /// What it wrote to standard output.
  public let stdout: [UInt8]
  /// What it wrote to standard error.
  public let stderr: [UInt8]
  /// Whether that is all it wrote; false when the connection to the engine was lost meanwhile.
  public let isComplete: Bool

  /// Standard output as text.
  public var output: String { String(decoding: stdout, as: UTF8.self) }
  /// Standard error as text.
  public var errorOutput: String { String(decoding: stderr, as: UTF8.self) }
}

extension Engine {
  /// Prepares a command in a running container (`POST /containers/{id}/exec`).
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - command: The program and its arguments.
  ///   - environment: More variables, each as `NAME=value`.
  ///   - user: Whom it runs as, `root` or `1000:1000`; the container's user if nil.
  ///   - workingDirectory: Where it runs; the container's own if nil.
  ///   - privileged: Whether it gets all privileges.
  /// - Returns: The id for ``startExec(_:describedAs:deadline:)``.
  /// - Throws: ``EngineError``.
  public func createExec(
    in container: String, _ command: [String], environment: [String] = [], user: String? = nil,
    workingDirectory: String? = nil, privileged: Bool = false
  ) async throws -> String {
    var body: Value = ["AttachStdout": true, "AttachStderr": true, "Cmd": Value(command)]
    if !environment.isEmpty { body["Env"] = Value(environment) }
    if let user { body["User"] = Value(user) }
    if let workingDirectory { body["WorkingDir"] = Value(workingDirectory) }
    if privileged { body["Privileged"] = true }
    var call = containerCall(.post, container, "/exec", verb: "run \(command.first ?? "a command") in").json(body)
    // What is prepared and never started does nothing.
    call.isHarmlessTwice = true
    return try identifier(in: try await value(call), operation: call.operation)
  }

  /// Starts a prepared command (`POST /exec/{id}/start`).
  ///
  /// - Parameters:
  ///   - id: What ``createExec(in:_:environment:user:workingDirectory:privileged:)`` returned.
  ///   - operation: What is tried, for errors.
  ///   - deadline: When the output must have ended.
  /// - Returns: Its output, until it ends. Dropping it does not end the command.
  /// - Throws: ``EngineError``.
  public func startExec(
    _ id: String, describedAs operation: String = "run a command in a container", deadline: Deadline = .never
  ) async throws -> OutputSequence {
    let call = Call(
      method: .post, path: "/exec/\(PercentEncoding.segment(id))/start", timing: .endless, deadline: deadline,
      operation: operation
    ).json(["Detach": false, "Tty": false])
    return OutputSequence(response: try await success(call), engine: self, operation: operation, tty: false)
  }

  /// The state of a command: `Running`, `ExitCode`, … (`GET /exec/{id}/json`).
  public func inspectExec(_ id: String) async throws -> Value {
    try await value(
      Call(path: "/exec/\(PercentEncoding.segment(id))/json", operation: "ask for the exit code of a command"))
  }

  /// Runs a command in a running container to its end.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - command: The program and its arguments.
  ///   - environment: More variables, each as `NAME=value`.
  ///   - user: Whom it runs as; the container's user if nil.
  ///   - workingDirectory: Where it runs; the container's own if nil.
  ///   - deadline: When it must have ended. Neither the deadline nor cancellation ends the command itself.
  ///   - output: Called with the output as it comes, in order.
  /// - Returns: The exit code; any code is a result, not an error. 126 and 127 mean that the program could not be run.
  /// - Throws: ``EngineError``: 404 when there is no such container, 409 when it does not run.
  public func execute(
    in container: String, _ command: [String], environment: [String] = [], user: String? = nil,
    workingDirectory: String? = nil, deadline: Deadline = .never,
    output: @Sendable (OutputStream, [UInt8]) -> Void
  ) async throws -> Int {
    let (code, loss) = try await run(
      in: container, command, environment: environment, user: user, workingDirectory: workingDirectory,
      deadline: deadline, output: output)
    // What went wrong can only be told from the output.
    if let loss, code != 0 { throw loss }
    return code
  }

  /// Runs a command to its end, though the connection that carries its output be lost.
  ///
  /// - Returns: The exit code, and the error that cost some of the output, if any.
  private func run(
    in container: String, _ command: [String], environment: [String], user: String?, workingDirectory: String?,
    deadline: Deadline, output: @Sendable (OutputStream, [UInt8]) -> Void
  ) async throws -> (code: Int, loss: EngineError?) {
    let id = try await createExec(
      in: container, command, environment: environment, user: user, workingDirectory: workingDirectory)
    let operation = "run \(command.first ?? "a command") in container \(container)"
    var loss: EngineError?
    do {
      for attempt in 1... {
        do {
          for try await chunk in try await startExec(id, describedAs: operation, deadline: deadline) {
            output(chunk.stream, chunk.bytes)
          }
          break
        } catch let error as EngineError where error.isAnswerLost || error.status == 500 {
          // The engine knows whether it began; what has begun is not begun again. Where it has closed the output as well
          // (moby's `ContainerExecStart` does, and notes 126), the command ends of that.
          let state = try await inspectExec(id)
          if state["Running"].boolValue == true || state["ExitCode"].intValue != nil {
            logger.debug("\(operation): the rest of the output is lost: \(error)")
            loss = error
            break
          }
          guard attempt < 3 else { throw error }
        }
      }
      return (try await exitCode(ofExec: id, operation: operation, deadline: deadline), loss)
    } catch let error as EngineError where error.code == .timedOut && deadline.hasPassed {
      throw EngineError(.timedOut, operation: operation, "it did not end in time")
    }
  }

  /// The exit code of a command whose output has ended.
  ///
  /// The output may end a moment before the engine has noted the exit, and no notice can be had of that.
  private func exitCode(ofExec id: String, operation: String, deadline: Deadline) async throws -> Int {
    var backoff = Backoff(first: .milliseconds(2), limit: .milliseconds(250))
    while true {
      let state = try await inspectExec(id)
      if state["Running"].boolValue != true {
        guard let code = state["ExitCode"].intValue else {
          throw EngineError(.badAnswer, operation: operation, "the engine does not know the exit code")
        }
        return code
      }
      do {
        try await backoff.pause(until: deadline, awaiting: operation)
      } catch is DeadlineExceeded {
        throw EngineError(.timedOut, operation: operation, "it did not end in time")
      }
    }
  }

  /// Runs a command in a running container to its end and keeps what it wrote.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - command: The program and its arguments.
  ///   - environment: More variables, each as `NAME=value`.
  ///   - user: Whom it runs as; the container's user if nil.
  ///   - deadline: When it must have ended.
  ///   - limit: The largest accepted output of both streams together, in bytes.
  /// - Returns: The exit code and the output.
  /// - Throws: As ``execute(in:_:environment:user:workingDirectory:deadline:output:)`` does, and
  ///   ``EngineError/Code/badAnswer`` when the limit is passed.
  public func execute(
    in container: String, _ command: [String], environment: [String] = [], user: String? = nil,
    deadline: Deadline = .never, limit: Int = 16 << 20
  ) async throws -> ExecutionResult {
    let collected = CollectedOutput(limit: limit)
    let (code, loss) = try await run(
      in: container, command, environment: environment, user: user, workingDirectory: nil, deadline: deadline
    ) { stream, bytes in collected.append(stream, bytes) }
    if let loss, loss.status != nil, code != 0 { throw loss }
    let (stdout, stderr, isTooLarge) = collected.contents
    if isTooLarge {
      throw EngineError(
        .badAnswer, operation: "run \(command.first ?? "a command") in container \(container)",
        "it wrote more than \(limit) bytes")
    }
    return ExecutionResult(exitCode: code, stdout: stdout, stderr: stderr, isComplete: loss == nil)
  }
}
