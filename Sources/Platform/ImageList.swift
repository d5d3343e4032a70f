public import Documents

/// The images that objects need.
public enum ImageList {
  /// The images of all workloads among objects, init containers included, without those scaled to none.
  ///
  /// - Parameters:
  ///   - objects: Any objects.
  ///   - includingIdle: Whether workloads with 0 replicas count.
  /// - Returns: References as the workloads name them, each once, sorted.
  public static func images(in objects: [Value], includingIdle: Bool = false) -> [String] {
    var images: Set<String> = []
    for object in objects where includingIdle || object["spec"]["replicas"].intValue != 0 {
      let pod = podSpec(of: object)
      for container in pod["initContainers"].elements + pod["containers"].elements {
        if let image = container["image"].stringValue { images.insert(image) }
      }
    }
    return images.sorted()
  }

  /// The pod specification in an object of a kind that has one; null otherwise.
  static func podSpec(of object: Value) -> Value {
    switch object["kind"].stringValue {
    case "Pod": object["spec"]
    case "CronJob": object["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    default: object["spec"]["template"]["spec"]
    }
  }
}
