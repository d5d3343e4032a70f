public import Documents

/// Whether something is as it should be, and if not, what is missing, in the component's own words.
public enum Readiness: Sendable, Hashable {
  /// It is.
  case ready
  /// It is not yet; the text says what is missing, as short as for a progress line: `0/1 ready`.
  case pending(String)
}

/// What an object is awaited to be.
public struct Condition: Sendable {
  /// Looks at the object, nil while there is none; throws to end the wait early because it cannot succeed any more.
  public let evaluate: @Sendable (Value?) throws -> Readiness

  /// A condition of one's own.
  public init(_ evaluate: @escaping @Sendable (Value?) throws -> Readiness) { self.evaluate = evaluate }

  /// A condition of an object that exists.
  public static func object(_ evaluate: @escaping @Sendable (Value) throws -> Readiness) -> Condition {
    Condition { object in
      guard let object else { return .pending("does not exist yet") }
      return try evaluate(object)
    }
  }

  /// The object exists.
  public static let exists = Condition.object { _ in .ready }

  /// The object does not exist any more.
  public static let gone = Condition { object in
    guard let object else { return .ready }
    let finalizers = object["metadata"]["finalizers"].elements.compactMap(\.stringValue)
    if object["metadata"]["deletionTimestamp"].isNull { return .pending("still there") }
    return .pending(finalizers.isEmpty ? "ending" : "ending, waits for \(finalizers.joined(separator: ", "))")
  }

  /// A condition in the object's status has a value:
  /// <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties>
  ///
  /// A condition that says which generation of the object it is about counts only for the present one.
  ///
  /// - Parameters:
  ///   - type: The condition's type: `Available`.
  ///   - status: `True`, `False` or `Unknown`.
  /// - Returns: The condition.
  public static func condition(_ type: String, is status: String = "True") -> Condition {
    .object { object in
      let found = object["status"]["conditions"].elements.first { $0["type"].stringValue == type }
      guard let found else { return .pending("\(type) not known yet") }
      if let observed = found["observedGeneration"].intValue ?? object["status"]["observedGeneration"].intValue,
        let generation = object["metadata"]["generation"].intValue, observed < generation
      {
        return .pending("\(type) not known yet for the latest change")
      }
      if found["status"].stringValue == status { return .ready }
      let words = [found["message"], found["reason"]].compactMap(\.stringValue).first { !$0.isEmpty }
      return .pending(words ?? "\(type) is \(found["status"].stringValue ?? "not set")")
    }
  }

  /// A node runs and its network works.
  public static let nodeReady = Condition.condition("Ready")

  /// A CustomResourceDefinition is served.
  public static let established = Condition.object { object in
    for name in ["NamesAccepted", "Established"] {
      let result = try Condition.condition(name).evaluate(object)
      if result != .ready { return result }
    }
    return .ready
  }

  /// A namespace accepts objects.
  public static let namespaceActive = Condition.object { object in
    object["status"]["phase"] == "Active" ? .ready : .pending(object["status"]["phase"].stringValue ?? "starting")
  }
}
