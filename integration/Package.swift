// swift-tools-version: 6.2
import PackageDescription

// The integration package: a stand-in for a kind node, the harness that runs the real binary against a real engine,
// the contract suite that keeps the stand-in honest, and the benchmark. Nothing in here reaches the shipped binary.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let documents = Target.Dependency.product(name: "Documents", package: "idpbuilder")
let kit = Target.Dependency.product(name: "IdpbuilderKit", package: "idpbuilder")

let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "idpbuilder-integration",
  dependencies: [
    .package(name: "idpbuilder", path: ".."),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CServerTLS", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    // Sockets, TLS and HTTP/1.1 for the server side, and the certificates that kubeadm issues.
    .target(name: "NodeServer", dependencies: ["CServerTLS"], swiftSettings: settings),
    // What a Kubernetes API server does with an object, without any socket.
    .target(name: "ClusterAPI", dependencies: [documents, orderedCollections], swiftSettings: settings),
    // The programs and controllers of a node.
    .target(name: "StandIn", dependencies: ["NodeServer", "ClusterAPI", documents], swiftSettings: settings),
    .executableTarget(name: "stand-in-node", dependencies: ["StandIn"], swiftSettings: settings),
    // Runs the real binary as a user would, and cleans up.
    .target(name: "Harness", swiftSettings: settings),
    // Between a program and its servers: faults on chosen requests.
    .target(name: "FaultProxy", dependencies: ["NodeServer", documents], swiftSettings: settings),
    // What a platform must survive: kills, faults, several creates at once.
    .target(
      name: "Endurance", dependencies: ["Harness", "FaultProxy", "NodeServer", kit, documents], swiftSettings: settings),
    .executableTarget(name: "soak", dependencies: ["Endurance", "FaultProxy", "Harness"], swiftSettings: settings),
    // The same promises asked of the stand-in and of a real cluster (CONTRACT_KUBECONFIG).
    .testTarget(
      name: "ContractTests", dependencies: ["Harness", kit, documents, orderedCollections], swiftSettings: settings),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "Harness", "StandIn", "Endurance", "FaultProxy", "NodeServer", kit, documents, orderedCollections,
      ],
      swiftSettings: settings),
    // Compares with kind, kubectl and cnoe-io/idpbuilder, and prints the ratios.
    .executableTarget(name: "bench", dependencies: ["Harness", "NodeServer", documents], swiftSettings: settings),
    .testTarget(name: "ClusterAPITests", dependencies: ["ClusterAPI", documents], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
