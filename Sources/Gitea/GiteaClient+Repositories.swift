import Documents
import HTTP

extension GiteaClient {
  /// A repository, nil if there is none of that name or it is hidden from who asks.
  ///
  /// - Throws: ``GiteaError``.
  public func repository(_ name: String, of owner: String) async throws(GiteaError) -> GiteaRepository? {
    let operation = "look at repository \(owner)/\(name)"
    let answer = try await send(.get, "/v1/repos" + apiPath(owner, name), operation: operation, accepting: [404])
    return answer.status == 404 ? nil : try Self.repository(answer.value, operation)
  }

  /// Makes an empty repository for the user who asks.
  ///
  /// - Parameters:
  ///   - name: Letters, digits, `-`, `_` and `.`; at most 100.
  ///   - description: Shown to people.
  ///   - defaultBranch: The branch that is shown first.
  ///   - isPrivate: Whether only the owner sees it.
  /// - Returns: The repository.
  /// - Throws: ``GiteaError``; ``GiteaError/isConflict`` tells that it exists.
  public func createRepository(
    _ name: String, description: String = "", defaultBranch: String = "main", isPrivate: Bool = false
  ) async throws(GiteaError) -> GiteaRepository {
    let operation = "create repository \(name)"
    let body: Value = [
      "name": .string(name), "description": .string(description), "default_branch": .string(defaultBranch),
      "private": .bool(isPrivate), "auto_init": false,
    ]
    return try Self.repository(try await send(.post, "/v1/user/repos", body, operation: operation).value, operation)
  }

  /// The repository of that name, made if it does not exist; two callers at once both get it.
  ///
  /// - Parameters:
  ///   - name: The repository's name.
  ///   - owner: The user who asks.
  ///   - description: Shown to people, for a new one.
  /// - Returns: The repository.
  /// - Throws: ``GiteaError``.
  public func ensureRepository(
    _ name: String, of owner: String, description: String = ""
  ) async throws(GiteaError) -> GiteaRepository {
    if let present = try await repository(name, of: owner) { return present }
    do throws(GiteaError) {
      return try await createRepository(name, description: description)
    } catch {
      guard error.isConflict, let present = try await repository(name, of: owner) else { throw error }
      return present
    }
  }

  /// Deletes a repository; one that does not exist is no error.
  ///
  /// - Throws: ``GiteaError``.
  public func deleteRepository(_ name: String, of owner: String) async throws(GiteaError) {
    _ = try await send(
      .delete, "/v1/repos" + apiPath(owner, name), operation: "delete repository \(owner)/\(name)", accepting: [404])
  }

  /// What is directly in a branch.
  ///
  /// - Parameters:
  ///   - branch: The branch's short name.
  ///   - name: The repository.
  ///   - owner: Whose it is.
  /// - Returns: What the server tells.
  /// - Throws: ``GiteaError``.
  public func content(
    ofBranch branch: String, in name: String, of owner: String
  ) async throws(GiteaError) -> GiteaBranch {
    let operation = "look at branch \(branch) of \(owner)/\(name)"
    let path = "/v1/repos" + apiPath(owner, name, "git", "trees", branch)
    // Answers: 404 for a repository that is missing, 400 for a branch that is, 409 for an empty repository; entries by the
    // thousand (`DEFAULT_GIT_TREES_PER_PAGE`).
    let answer = try await send(.get, path, operation: operation, accepting: [400, 404, 409])
    switch answer.status {
    case 404: return .noRepository
    case 400, 409: return .noBranch
    default: break
    }
    guard answer.value["truncated"].boolValue == false else { return .large }
    var entries: [GiteaTree.Entry] = []
    for entry in answer.value["tree"].elements {
      entries.append(
        GiteaTree.Entry(
          name: try entry["path"].required("path", operation),
          mode: UInt32(try entry["mode"].required("mode", operation), radix: 8) ?? 0,
          id: try entry["sha"].required("sha", operation)))
    }
    return .tree(GiteaTree(commit: try answer.value["sha"].required("sha", operation), entries: entries))
  }

  /// The names of trees and blobs of a branch, at any depth: all of them, or as many as the server tells.
  ///
  /// - Throws: ``GiteaError``.
  public func objects(
    ofBranch branch: String, in name: String, of owner: String
  ) async throws(GiteaError) -> Set<String> {
    var names: Set<String> = []
    for page in 1...200 {
      let path = "/v1/repos" + apiPath(owner, name, "git", "trees", branch) + "?recursive=true&page=\(page)"
      let answer = try await send(
        .get, path, operation: "list branch \(branch) of \(owner)/\(name)", accepting: [400, 404, 409])
      guard answer.status == 200 else { break }
      names.formUnion(answer.value["tree"].elements.compactMap { $0["sha"].stringValue })
      guard answer.value["truncated"].boolValue == true else { break }
    }
    return names
  }

  private static func repository(_ value: Value, _ operation: String) throws(GiteaError) -> GiteaRepository {
    GiteaRepository(
      id: try value["id"].requiredNumber("id", operation),
      fullName: try value["full_name"].required("full_name", operation),
      cloneURL: value["clone_url"].stringValue ?? "", htmlURL: value["html_url"].stringValue ?? "",
      defaultBranch: value["default_branch"].stringValue ?? "", isEmpty: value["empty"].boolValue ?? false,
      isPrivate: value["private"].boolValue ?? false)
  }
}
