import Documents
import HTTP

extension ResourceType {
  /// The path of the collection: `/apis/apps/v1/namespaces/gitea/deployments`; of all namespaces without a namespace.
  func path(namespace: String?) -> String {
    var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    if isNamespaced, let namespace { path += "/namespaces/\(PercentEncoding.segment(namespace))" }
    return "\(path)/\(plural)"
  }
}

extension ObjectReference {
  /// The path of the object, or of one of its subresources.
  func path(subresource: String? = nil) -> String {
    let path = "\(type.path(namespace: namespace))/\(PercentEncoding.segment(name))"
    return subresource.map { "\(path)/\($0)" } ?? path
  }
}
