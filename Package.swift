// swift-tools-version: 6.2
import PackageDescription

// The floors: an import points down only, and `make check` refuses an undeclared one.
//   0  StateSpec (+ C libraries)   bytes in, spec or findings out
//   1  Reconciler                  decides; spawns nothing, reads no clock
//   2  GitSource NodeDriver Store  effects, each behind a port of floor 1
//   3  havirt                      argv and wiring

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // Lets tests switch guards off; a release build has no such switch.
    .define("GUARD_SWITCHES", .when(configuration: .debug)),
]

let package = Package(
    name: "havirt",
    products: [
        .executable(name: "havirt", targets: ["havirt"]),
        .executable(name: "havirt-man", targets: ["havirt-man"]),
        .executable(name: "havirt-bench", targets: ["havirt-bench"]),
        .executable(name: "havirt-hunt", targets: ["havirt-hunt"]),
        .executable(name: "havirt-fuzz", targets: ["havirt-fuzz"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: - Floor 0: C libraries, from Debian
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // System calls that Swift's Glibc overlay does not show: posix_spawn with a session, memfd, pidfd, eventfd.
        .target(name: "CLinux"),

        // MARK: - Floor 0: what git wishes
        .target(
            name: "StateSpec", dependencies: ["CLibxml2", "CLibyaml"], exclude: ["README.md"], swiftSettings: strict),

        // MARK: - Floor 1: decides
        .target(name: "Reconciler", dependencies: ["StateSpec"], exclude: ["README.md"], swiftSettings: strict),

        // MARK: - Floor 2: effects
        // One way to run a child process: deadline, output cap, whole group killed.
        .target(name: "ChildProcess", dependencies: ["CLinux"], exclude: ["README.md"], swiftSettings: strict),
        // cluster.d at a commit, by libgit2; fetching by the operator's own git.
        .target(
            name: "GitSource", dependencies: ["StateSpec", "CLibgit2", "ChildProcess"], exclude: ["README.md"],
            swiftSettings: strict),
        // A Hypervisor by virsh over any Transport; ssh is the real one.
        .target(
            name: "NodeDriver", dependencies: ["Reconciler", "StateSpec", "ChildProcess"], exclude: ["README.md"],
            swiftSettings: strict),
        // Records and journal on disk.
        .target(
            name: "Store", dependencies: ["Reconciler", "StateSpec"], exclude: ["README.md"], swiftSettings: strict),

        // Nodes that answer the same scripts as real ones, in virtual time.
        .target(
            name: "SimulatedCluster", dependencies: ["Reconciler", "StateSpec"], exclude: ["README.md"],
            swiftSettings: strict),

        // MARK: - Floor 3: argv and wiring
        .executableTarget(
            name: "havirt",
            dependencies: [
                "StateSpec", "Reconciler", "GitSource", "NodeDriver", "Store", "ChildProcess", "SimulatedCluster",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict),

        // Man pages out of the help: `make man`.
        .executableTarget(name: "havirt-man", exclude: ["README.md"], swiftSettings: strict),

        // Figures beside their references: `make bench`.
        .executableTarget(
            name: "havirt-bench",
            dependencies: ["StateSpec", "Reconciler", "GitSource", "NodeDriver", "Store", "ChildProcess"],
            path: "bench/Sources", swiftSettings: strict),

        // Tries to break the rules of safety in simulated clusters: `make hunt`.
        .target(
            name: "Hunt", dependencies: ["StateSpec", "Reconciler", "NodeDriver", "Store", "SimulatedCluster"],
            path: "hunt/Sources/Hunt", swiftSettings: strict),
        .executableTarget(
            name: "havirt-hunt",
            dependencies: [
                "Hunt", "Reconciler", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "hunt/Sources/havirt-hunt", swiftSettings: strict),
        // Does the same things to real nodes and to simulated ones, and compares; run by the lab's tests.
        .executableTarget(
            name: "havirt-differ",
            dependencies: [
                "StateSpec", "Reconciler", "NodeDriver", "Store", "SimulatedCluster", "ChildProcess", "EndToEnd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "hunt/Sources/havirt-differ", swiftSettings: strict),

        // Feeds every parser with anything: `make fuzz`.
        .target(name: "CFuzzer", path: "fuzz/Sources/CFuzzer"),
        .target(
            name: "Fuzz",
            dependencies: ["StateSpec", "Reconciler", "GitSource", "NodeDriver", "Store", "SimulatedCluster"],
            path: "fuzz/Sources/Fuzz", swiftSettings: strict),
        .executableTarget(
            name: "havirt-fuzz", dependencies: ["Fuzz", "CFuzzer"], path: "fuzz/Sources/havirt-fuzz",
            swiftSettings: strict),

        // MARK: - Tests
        // What end-to-end tests share: the built program, temporary folders, repositories.
        .target(name: "EndToEnd", dependencies: ["ChildProcess"], path: "Tests/EndToEnd", swiftSettings: strict),
        .testTarget(
            name: "StateSpecTests", dependencies: ["StateSpec"], exclude: ["Data"], swiftSettings: strict),
        .testTarget(
            name: "ReconcilerTests", dependencies: ["Reconciler", "StateSpec"],
            exclude: ["Scenarios", "Sequences", "Order/Cases"], swiftSettings: strict),
        .testTarget(name: "ChildProcessTests", dependencies: ["ChildProcess"], swiftSettings: strict),
        .testTarget(
            name: "GitSourceTests", dependencies: ["GitSource", "StateSpec", "ChildProcess"], swiftSettings: strict),
        .testTarget(
            name: "NodeDriverTests", dependencies: ["NodeDriver", "Reconciler", "StateSpec", "ChildProcess"],
            exclude: ["Captures"], swiftSettings: strict),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Reconciler", "StateSpec"], swiftSettings: strict),
        .testTarget(
            name: "SimulatedClusterTests", dependencies: ["SimulatedCluster", "NodeDriver", "Reconciler", "StateSpec"],
            swiftSettings: strict),
        .testTarget(
            name: "HuntTests", dependencies: ["Hunt", "SimulatedCluster", "Reconciler", "StateSpec"],
            swiftSettings: strict),
        .testTarget(
            name: "CLITests", dependencies: ["EndToEnd"], exclude: ["Goldens", "Data", "Scans"],
            swiftSettings: strict),
        .testTarget(name: "FuzzTargetTests", dependencies: ["Fuzz"], swiftSettings: strict),
        .testTarget(name: "LabTests", dependencies: ["EndToEnd", "StateSpec"], swiftSettings: strict),
        .testTarget(name: "MachineTests", dependencies: ["EndToEnd"], swiftSettings: strict),
        .testTarget(name: "HousekeepingTests", exclude: ["Data"], swiftSettings: strict),
    ]
)
