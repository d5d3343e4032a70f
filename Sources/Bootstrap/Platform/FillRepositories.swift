import Diagnostics
import Documents
import Platform

extension PlatformRun {
  /// `repositories`: Gitea holds the manifests of every package, as they were applied.
  func fillRepositories() -> Step {
    Step(
      .repositories, title: "repositories",
      after: [.package(.gitea), .package(IngressChoice.installed.package)]
    ) { [self] context in
      commits.fulfil([:])
      return nil
    }
  }
}
