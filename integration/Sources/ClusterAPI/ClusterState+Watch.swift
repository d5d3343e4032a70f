public import Documents

extension ClusterState {
  /// The start of a watch: the events that bring the client up to date.
  /// - Parameters:
  ///   - watch: what is wanted.
  ///   - position: set to the revision from which to go on; nil if the stream ends (after an ERROR event).
  /// - Returns: the events.
  public func openWatch(_ watch: WatchRequest, position: inout Int?) -> [Value] {
    guard watch.sendsInitialEvents else {
      let since = watch.since ?? revision
      guard since >= historyStart else {
        position = nil
        return [error(APIStatus.expired("too old resource version: \(since) (\(historyStart))"))]
      }
      position = since
      return continueWatch(watch, position: &position)
    }
    position = revision
    var events = list(
      watch.target.definition.id, namespace: watch.target.definition.namespaced ? watch.target.namespace : nil
    )
    .filter { matches(watch, $0) }.map { event("ADDED", $0, watch) }
    if watch.marksInitialEvents { events.append(bookmark(watch, initialEventsEnd: true)) }
    return events
  }

  /// The events since the last call.
  public func continueWatch(_ watch: WatchRequest, position: inout Int?) -> [Value] {
    guard let since = position else { return [] }
    guard since >= historyStart else {
      position = nil
      return [error(APIStatus.expired("too old resource version: \(since) (\(historyStart))"))]
    }
    position = revision
    guard since < revision else { return [] }
    var events: [Value] = []
    let start = history.partitioningIndex { $0.revision > since }
    for change in history[start...] where change.resource == watch.target.definition.id {
      if let namespace = watch.target.namespace, watch.target.definition.namespaced, change.key.namespace != namespace {
        continue
      }
      let before = !change.previous.isNull && matches(watch, change.previous)
      let after = change.kind != .deleted && matches(watch, change.object)
      switch (before, after) {
      case (false, true): events.append(event("ADDED", change.object, watch))
      case (true, true): events.append(event("MODIFIED", change.object, watch))
      case (true, false):
        var last = change.kind == .deleted ? change.object : change.previous
        last["metadata"]["resourceVersion"] = .string("\(change.revision)")
        events.append(event("DELETED", last, watch))
      case (false, false): break
      }
    }
    if definitions[watch.target.definition.id] == nil { position = nil }
    return events
  }

  /// A bookmark at the present revision.
  public func bookmark(_ watch: WatchRequest, initialEventsEnd: Bool = false) -> Value {
    var object: Value = [
      "kind": .string(watch.kind), "apiVersion": .string(watch.target.apiVersion),
      "metadata": ["resourceVersion": .string("\(revision)"), "creationTimestamp": .null],
    ]
    if initialEventsEnd { object["metadata"]["annotations"] = ["k8s.io/initial-events-end": "true"] }
    return ["type": "BOOKMARK", "object": object]
  }

  private func matches(_ watch: WatchRequest, _ object: Value) -> Bool {
    (watch.labels?.matches(object["metadata"]["labels"]) ?? true) && (watch.fields?.matches(object) ?? true)
  }

  private func event(_ type: String, _ object: Value, _ watch: WatchRequest) -> Value {
    let shown = converted(object, watch.target)
    return [
      "type": .string(type), "object": watch.asTable ? Table.render([shown], watch.target, metadata: [:]) : shown,
    ]
  }

  private func error(_ status: APIStatus) -> Value { ["type": "ERROR", "object": status.value] }
}

extension Array {
  /// The first index whose element fulfils a condition that is false before and true after it.
  fileprivate func partitioningIndex(_ belongsAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
