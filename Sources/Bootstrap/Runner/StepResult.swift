public import Diagnostics
import Synchronization

/// What one step made and later steps need: the node's address, the access to its API server.
///
/// A step sets it in `run` and, when it finds its work done already, in `isSatisfied`; the steps that come after it
/// read it. The order is the plan's business: reading too early is a fault in the plan.
public final class StepResult<Value: Sendable>: Sendable {
  private let name: String
  private let stored = Mutex<Value?>(nil)

  /// An empty place.
  ///
  /// - Parameter name: What will be in it, for the error when it is read too early.
  public init(_ name: String) { self.name = name }

  /// Puts the value there; a later value replaces an earlier one.
  public func set(_ value: Value) { stored.withLock { $0 = value } }

  /// The value.
  ///
  /// - Throws: a ``Diagnostics/Failure`` with status `internalError` when no step has set it yet.
  public func get() throws(Failure) -> Value {
    guard let value = stored.withLock({ $0 }) else {
      throw Failure(
        "\(name) is needed before any step has made it", remedy: "this is a fault in idpbuilder; please report it",
        status: .internalError)
    }
    return value
  }
}
