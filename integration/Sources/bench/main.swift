import Harness

// Compares idpbuilder with kind on the same image, alternating, and prints a Markdown table. Ends with status 1 if a
// target is missed.
do {
  let settings = try Settings(Array(CommandLine.arguments.dropFirst()))
  let bench = Bench(settings)
  try await bench.run()
  let report = Report(settings, bench.samples)
  print(report.markdown)
  exitProcess(report.missed ? 1 : 0)
} catch {
  complain("bench: \(error)")
  exitProcess(2)
}
