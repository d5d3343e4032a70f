import Harness

do {
  if CommandLine.arguments.dropFirst().first == "scale" {
    let settings = try ScaleSettings(CommandLine.arguments.dropFirst(2))
    let report = ScaleReport(settings, try await ScaleBench(settings).run())
    print(report.markdown)
    exitProcess(report.missed.isEmpty ? 0 : 1)
  }
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
