import Diagnostics
import Testing

@testable import Commands

/// The help of each command, to the letter: a change of the command line is seen in review.
@Suite struct HelpTests {
  private func help(_ arguments: String...) throws -> String {
    guard case .help(let text) = Program.parse(arguments + ["--help"], columns: 100) else { throw Failure("no help") }
    return text
  }

  @Test("idpbuilder --help")
  func root() throws { #expect(try help() == HelpSnapshots.root) }

  @Test("idpbuilder create --help")
  func create() throws { #expect(try help("create") == HelpSnapshots.create) }

  @Test("idpbuilder stop --help")
  func stop() throws { #expect(try help("stop") == HelpSnapshots.stop) }

  @Test("idpbuilder start --help")
  func start() throws { #expect(try help("start") == HelpSnapshots.start) }

  @Test("idpbuilder doctor --help")
  func doctor() throws { #expect(try help("doctor") == HelpSnapshots.doctor) }

  @Test("idpbuilder status --help")
  func status() throws { #expect(try help("status") == HelpSnapshots.status) }

  @Test("idpbuilder logs export --help")
  func logsExport() throws { #expect(try help("logs", "export") == HelpSnapshots.logsExport) }

  @Test("idpbuilder delete --help")
  func delete() throws { #expect(try help("delete") == HelpSnapshots.delete) }

  @Test("idpbuilder get --help")
  func get() throws { #expect(try help("get") == HelpSnapshots.get) }

  @Test("idpbuilder get clusters --help")
  func getClusters() throws { #expect(try help("get", "clusters") == HelpSnapshots.getClusters) }

  @Test("idpbuilder get packages --help")
  func getPackages() throws { #expect(try help("get", "packages") == HelpSnapshots.getPackages) }

  @Test("idpbuilder validate --help")
  func validate() throws { #expect(try help("validate") == HelpSnapshots.validate) }

  @Test("idpbuilder get secrets --help")
  func getSecrets() throws { #expect(try help("get", "secrets") == HelpSnapshots.getSecrets) }

  @Test("idpbuilder get certificate --help")
  func getCertificate() throws { #expect(try help("get", "certificate") == HelpSnapshots.getCertificate) }

  @Test("cache list, build and prune")
  func cache() throws {
    #expect(try help("cache", "list") == HelpSnapshots.cacheList)
    #expect(try help("cache", "build") == HelpSnapshots.cacheBuild)
    #expect(try help("cache", "prune") == HelpSnapshots.cachePrune)
  }

  @Test("snapshot save, list, restore and delete")
  func snapshot() throws {
    #expect(try help("snapshot", "save") == HelpSnapshots.snapshotSave)
    #expect(try help("snapshot", "list") == HelpSnapshots.snapshotList)
    #expect(try help("snapshot", "restore") == HelpSnapshots.snapshotRestore)
    #expect(try help("snapshot", "delete") == HelpSnapshots.snapshotDelete)
  }

  @Test("bundle save and load")
  func bundle() throws {
    #expect(try help("bundle", "save") == HelpSnapshots.bundleSave)
    #expect(try help("bundle", "load") == HelpSnapshots.bundleLoad)
  }

  @Test("idpbuilder version --help")
  func version() throws { #expect(try help("version") == HelpSnapshots.version) }

  @Test("no arguments at all is a request for help", arguments: [[], ["get"]])
  func nothing(_ arguments: [String]) throws {
    guard case .help(let text) = Program.parse(arguments, columns: 100) else { throw Failure("no help") }
    #expect(text == (arguments.isEmpty ? HelpSnapshots.root : HelpSnapshots.get))
  }
}
