// swift-tools-version: 6.2
import PackageDescription

// Dependencies point one way, from top to bottom of this file's target list read backwards:
// idpbuilder → Commands → Bootstrap → domains → clients → foundations → C. See docs/architecture.md.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

/// One library target of ours with its mirror in `Tests`.
func module(_ name: String, _ dependencies: [Target.Dependency], testing: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies + testing, swiftSettings: settings),
  ]
}

func system(_ name: String, _ pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// Set by scripts/release, which links the C libraries statically; see Sources/CStaticStubs.
let isStatic = Context.environment["IDPBUILDER_STATIC"] == "1"

let package = Package(
  name: "idpbuilder",
  products: [
    .executable(name: "idpbuilder", targets: ["idpbuilder"]),
    // For the integration package only; not a supported interface.
    .library(
      name: "IdpbuilderKit",
      targets: [
        "Diagnostics", "Documents", "HTTP", "Certificates", "Archive", "Git", "DockerEngine", "Kubernetes", "Gitea",
      ]),
    .library(name: "Documents", targets: ["Documents"]),
    // Everything, for the fuzz targets only.
    .library(
      name: "IdpbuilderWhole", targets: ["Commands", "Packages", "KindCluster", "Kubernetes", "Git", "Archive"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
  ],
  targets: [
    // C libraries, headers only: each has exactly one Swift module that may import it.
    [
      system("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
      system("COpenSSL", "openssl", apt: "libssl-dev"),
      system("CCrypt", "libcrypt", apt: "libcrypt-dev"),
      system("CArchive", "libarchive", apt: "libarchive-dev"),
      system("CGit2", "libgit2", apt: "libgit2-dev"),
      system("CYAML", "yaml-0.1", apt: "libyaml-dev"),
      // Merges TOML with toml++, a C++ library of headers (apt: libtomlplusplus-dev).
      .target(name: "CTOML"),
      // The contents of embedded-manifests/ as bytes.
      .target(name: "CManifests"),
    ],
    // Foundations: useful to any program.
    module("Diagnostics", [logging]),
    module("Documents", ["CYAML", "Diagnostics", orderedCollections]),
    module("HTTP", ["CCurl", "Diagnostics", logging], testing: ["TestSupport", "Certificates", "COpenSSL"]),
    module("Certificates", ["COpenSSL", "CCrypt", "Diagnostics"], testing: ["TestSupport"]),
    module("Archive", ["CArchive", "Diagnostics"]),
    module("Terminal", ["Diagnostics"]),
    // Clients: one API each, no knowledge of idpbuilder.
    module("Git", ["CGit2", "HTTP", "Certificates", "Diagnostics"], testing: ["TestSupport"]),
    module(
      "DockerEngine", ["HTTP", "Certificates", "Documents", "Diagnostics", logging], testing: ["TestSupport"]),
    module("Kubernetes", ["HTTP", "Documents", "Diagnostics", orderedCollections, logging], testing: ["TestSupport"]),
    module("Gitea", ["HTTP", "Documents", "Diagnostics"], testing: ["TestSupport"]),
    // Domains: what a kind node, a package and the platform are.
    module(
      "KindCluster",
      [
        "DockerEngine", "Kubernetes", "Archive", "Certificates", "Documents", "HTTP", "Diagnostics", orderedCollections,
        "CTOML", logging,
      ], testing: ["TestSupport"]),
    module("Platform", ["CManifests", "Documents", "Certificates", "Diagnostics"]),
    module("Packages", ["Platform", "Git", "HTTP", "Documents", "Diagnostics"]),
    // The job: the plan of `create` and the runner of any plan.
    module(
      "Bootstrap",
      [
        "KindCluster", "Packages", "Platform", "DockerEngine", "Kubernetes", "Gitea", "Git", "Certificates", "Archive",
        "Documents", "HTTP", "Diagnostics", logging,
      ], testing: ["TestSupport"]),
    // The command line.
    module(
      "Commands",
      [
        "Bootstrap", "KindCluster", "Packages", "Platform", "Terminal", "Diagnostics", "Documents", argumentParser,
        logging,
      ]),
    // Helpers that several test targets share.
    [.target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings)],
    isStatic ? [.target(name: "CStaticStubs")] : [],
    [
      .executableTarget(
        name: "idpbuilder", dependencies: ["Commands"] + (isStatic ? ["CStaticStubs"] : []), swiftSettings: settings)
    ],
  ].flatMap { $0 },
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
