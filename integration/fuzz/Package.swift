// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for libFuzzer, which is part of the toolchain: one program for all, FUZZ_TARGET chooses. It is built by
// scripts/fuzz with coverage and AddressSanitizer in every module, so it is a package of its own.

let package = Package(
  name: "idpbuilder-fuzz",
  dependencies: [.package(name: "idpbuilder", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: [.product(name: "IdpbuilderWhole", package: "idpbuilder")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
        // libFuzzer brings the main function.
        .unsafeFlags(["-parse-as-library"]),
      ])
  ],
  swiftLanguageModes: [.v6]
)
