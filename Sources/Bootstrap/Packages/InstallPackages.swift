import Certificates
import Diagnostics
import Documents
import Git
import Gitea
import HTTP
import Kubernetes
import Packages
import Platform

extension StepID {
  static let customPackages: StepID = "packages"
}

extension ResourceType {
  static let customPackages = ResourceType(
    group: "idpbuilder.cnoe.io", version: "v1alpha1", plural: "custompackages", kind: "CustomPackage")
  static let gitRepositories = ResourceType(
    group: "idpbuilder.cnoe.io", version: "v1alpha1", plural: "gitrepositories", kind: "GitRepository")
  static let applications = ResourceType(
    group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
  static let applicationSets = ResourceType(
    group: "argoproj.io", version: "v1alpha1", plural: "applicationsets", kind: "ApplicationSet")
}

extension PlatformRun {
  /// How many packages are installed side by side; each asks Gitea and the API server in turn.
  private static let packageWidth = 4

  /// `packages`: the users' packages are in Gitea, recorded, and in Argo CD's hands.
  func installPackages(_ request: PackageRequest) -> Step {
    Step(
      .customPackages, title: "packages", after: [.repositories, .package(.argocd), .dns, .records]
    ) { [self] context in
      let client = try await kubernetes.value()
      let installed = try await InstalledObjects(client, cluster: clusterName)
      let plan = request.set.plan(
        customPackages: installed.customPackages, gitRepositories: installed.gitRepositories)
      let installer = PackageInstaller(
        kubernetes: client,
        content: RepositoryContent(options, token: try await token.value(), web: try await webClient()),
        options: options, records: records, owner: try await localbuild.value())
      let pushed = try await install(request.set.installations, over: installed, installer, context)
      for leftover in plan.replaced { try await installer.remove(leftover, context) }
      for leftover in plan.leftovers {
        if request.prunes {
          try await installer.remove(leftover, context)
        } else {
          context.warn("no longer given, but still there: \(leftover); --prune removes it")
        }
      }
      if request.waits {
        let known = pushed.isChanged ? nil : installed
        try await PackageWait(client: client, known: known).run(request.set.installations, pushed.commits, context)
      }
      return Self.summary(request, plan, pushed.count)
    }
  }

  /// What became of all packages.
  private struct Outcome {
    /// The commits at the heads of their repositories, by the names of these.
    var commits: [String: String] = [:]
    /// How many repositories got a new commit.
    var count = 0
    /// Whether there is anything new to Argo CD.
    var isChanged = false
  }

  private func install(
    _ installations: [PackageInstallation], over installed: InstalledObjects, _ installer: PackageInstaller,
    _ context: StepContext
  ) async throws -> Outcome {
    var outcome = Outcome()
    var finished = 0
    try await withThrowingTaskGroup(of: PackageInstaller.Outcome.self) { group in
      var waiting = installations[...]
      func begin() {
        guard let next = waiting.popFirst() else { return }
        group.addTask { try await whileIngressSettles { try await installer.install(next, over: installed) } }
      }
      for _ in 0..<Self.packageWidth { begin() }
      while let one = try await group.next() {
        for push in one.pushes {
          outcome.commits[push.repository] = push.commit
          if push.isNew { outcome.count += 1 }
        }
        if one.isChanged { outcome.isChanged = true }
        finished += 1
        context.report("\(finished) of \(installations.count)")
        begin()
      }
    }
    return outcome
  }

  private static func summary(_ request: PackageRequest, _ plan: PackagePlan, _ pushed: Int) -> String {
    let count = request.set.installations.count
    guard count > 0 else { return plan.leftovers.isEmpty || request.prunes ? "none" : "none given" }
    let state = request.waits ? "Synced and Healthy" : "left to Argo CD"
    return
      "\(count) \(count == 1 ? "application" : "applications"), \(pushed == 0 ? "unchanged" : "\(pushed) pushed"), "
      + state
  }
}
