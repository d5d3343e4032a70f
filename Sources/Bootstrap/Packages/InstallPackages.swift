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
  /// How many packages are installed side by side: each has a connection to Gitea and one to the API server.
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
      let password = try await giteaPassword.value()
      let web = try await webClient()
      let installer = PackageInstaller(
        kubernetes: client, web: web,
        gitea: GiteaClient(
          url: options.giteaURL, credentials: .password(username: Names.Gitea.adminUser, password), client: web),
        password: password, options: options, records: records, owner: try await localbuild.value())
      let pushed = try await install(request.set.installations, over: installed, installer, context)
      for leftover in plan.replaced { try await installer.remove(leftover, context) }
      for leftover in plan.leftovers {
        if request.prunes {
          try await installer.remove(leftover, context)
        } else {
          context.warn("no longer given, but still there: \(leftover); --prune removes it")
        }
      }
      if request.waits { try await PackageWait(client: client).run(request.set.installations, pushed.commits, context) }
      return Self.summary(request, plan, pushed.count)
    }
  }

  private func install(
    _ installations: [PackageInstallation], over installed: InstalledObjects, _ installer: PackageInstaller,
    _ context: StepContext
  ) async throws -> (commits: [String: String], count: Int) {
    var commits: [String: String] = [:]
    var count = 0
    var finished = 0
    try await withThrowingTaskGroup(of: [PackageInstaller.Push].self) { group in
      var waiting = installations[...]
      for installation in waiting.prefix(Self.packageWidth) {
        group.addTask { try await whileIngressSettles { try await installer.install(installation, over: installed) } }
      }
      waiting = waiting.dropFirst(Self.packageWidth)
      while let pushes = try await group.next() {
        for push in pushes {
          commits[push.repository] = push.commit
          if push.isNew { count += 1 }
        }
        finished += 1
        context.report("\(finished) of \(installations.count)")
        if let next = waiting.popFirst() {
          group.addTask { try await whileIngressSettles { try await installer.install(next, over: installed) } }
        }
      }
    }
    return (commits, count)
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
