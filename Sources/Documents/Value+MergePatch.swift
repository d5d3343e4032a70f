extension Value {
  /// Applies a merge patch (RFC 7386): members of objects are replaced one by one, `null` removes a member, anything
  /// else replaces the whole value.
  public mutating func applyMergePatch(_ patch: Value) {
    guard case .object(let changes) = patch else {
      self = patch
      return
    }
    if objectValue == nil { self = .object([:]) }
    for (key, change) in changes {
      if change.isNull {
        removeValue(forKey: key)
      } else {
        self[key].applyMergePatch(change)
      }
    }
  }

  /// This value with a merge patch applied; see ``applyMergePatch(_:)``.
  public func applyingMergePatch(_ patch: Value) -> Value {
    var result = self
    result.applyMergePatch(patch)
    return result
  }
}
