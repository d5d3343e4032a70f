import Harness

do {
  var settings = try Settings(Array(CommandLine.arguments.dropFirst()))
  if settings.image.isEmpty {
    settings.image = try await NodeImage.shared.reference()
    settings.isStandIn = true
  }
  let report = Report(settings, try await Bench(settings).run())
  print(report.markdown)
  exitProcess(report.missed ? 1 : 0)
} catch {
  complain("bench: \(error)")
  exitProcess(2)
}
