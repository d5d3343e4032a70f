public import Diagnostics
import Documents
import HTTP

extension GiteaClient {
  /// The user who asks.
  ///
  /// - Throws: ``GiteaError``; ``GiteaError/isUnauthorized`` tells that the credentials are wrong.
  public func currentUser() async throws(GiteaError) -> GiteaUser {
    let operation = "ask Gitea who is logged in"
    let value = try await send(.get, "/v1/user", operation: operation).value
    return GiteaUser(
      id: try value["id"].requiredNumber("id", operation), login: try value["login"].required("login", operation),
      email: value["email"].stringValue ?? "", isAdministrator: value["is_admin"].boolValue ?? false)
  }

  /// Changes a user's password; the user may go on using it without changing it again. Asked by an administrator.
  ///
  /// - Throws: ``GiteaError``.
  public func setPassword(_ password: Secret, of username: String) async throws(GiteaError) {
    let body: Value = [
      "login_name": .string(username), "source_id": 0, "password": .string(password.revealed),
      "must_change_password": false,
    ]
    _ = try await send(
      .patch, "/v1/admin/users" + apiPath(username), body, operation: "change the password of \(username)")
  }

  /// Makes an access token. Needs ``GiteaCredentials/password(username:_:)``.
  ///
  /// - Parameters:
  ///   - name: Unique for the user.
  ///   - username: Whose token it is.
  ///   - scopes: What it may be used for.
  /// - Returns: The token, with its text.
  /// - Throws: ``GiteaError``, with status 400 if the user has a token of that name.
  public func createToken(
    _ name: String, for username: String, scopes: [String] = ["all"]
  ) async throws(GiteaError) -> GiteaToken {
    let operation = "create token \(name) for \(username)"
    let body: Value = ["name": .string(name), "scopes": Value(scopes)]
    let value = try await send(.post, "/v1/users" + apiPath(username, "tokens"), body, operation: operation).value
    return try Self.token(value, operation)
  }

  /// The access tokens of a user, without their texts. Needs ``GiteaCredentials/password(username:_:)``.
  ///
  /// - Throws: ``GiteaError``.
  public func tokens(of username: String) async throws(GiteaError) -> [GiteaToken] {
    let operation = "list tokens of \(username)"
    // 50 is the most that a server gives at once, unless configured otherwise (`MAX_RESPONSE_ITEMS`).
    var all: [GiteaToken] = []
    for page in 1...1000 {
      let path = "/v1/users" + apiPath(username, "tokens") + "?limit=50&page=\(page)"
      let values = try await send(.get, path, operation: operation).value.elements
      for value in values { all.append(try Self.token(value, operation)) }
      if values.count < 50 { break }
    }
    return all
  }

  /// Deletes a user's access token; one that does not exist is no error. Needs
  /// ``GiteaCredentials/password(username:_:)``.
  ///
  /// - Parameters:
  ///   - name: The token's name or number.
  ///   - username: Whose token it is.
  /// - Throws: ``GiteaError``.
  public func deleteToken(_ name: String, of username: String) async throws(GiteaError) {
    _ = try await send(
      .delete, "/v1/users" + apiPath(username, "tokens", name), operation: "delete token \(name) of \(username)",
      accepting: [404])
  }

  private static func token(_ value: Value, _ operation: String) throws(GiteaError) -> GiteaToken {
    let text = value["sha1"].stringValue ?? ""
    return GiteaToken(
      id: try value["id"].requiredNumber("id", operation), name: try value["name"].required("name", operation),
      token: text.isEmpty ? nil : Secret(text), lastEight: value["token_last_eight"].stringValue ?? "",
      scopes: value["scopes"].elements.compactMap(\.stringValue))
  }
}
