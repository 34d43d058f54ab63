import Testing

/// The rules of the house, over the whole repository.
struct HousekeepingTests {
    let repository: Repository
    private var swift: [RepositoryFile] {
        get throws { try repository.files(["Sources/", "Tests/"], endings: [".swift"]) }
    }

    init() throws {
        repository = try Repository.here.get()
        // A rule that looks at nothing is always kept.
        try #require(repository.paths.contains("Package.swift"))
        try #require(try repository.files(PureCore.folders, endings: [".swift"]).count > 50)
    }

    @Test func theCoreIsPure() throws {
        #expect(try repository.files(PureCore.folders, endings: [".swift"]).flatMap(PureCore.violations) == [])
    }

    @Test func importsPointDown() throws {
        #expect(try repository.files(["Sources/"], endings: [".swift"]).flatMap(ImportFloors.violations) == [])
    }

    @Test func wordingIsFit() throws {
        #expect(try swift.flatMap(Wording.violations) == [])
    }

    @Test func everyTestExpectsSomething() throws {
        let targets = Dictionary(grouping: try repository.files(["Tests/"], endings: [".swift"])) { $0.target ?? "" }
        #expect(targets.values.flatMap(Expectations.violations).sorted() == [])
    }

    @Test func filesAreShort() throws {
        let files = try repository.files(["Sources/", "Tests/"], endings: [".swift", ".c", ".h"])
        #expect(files.flatMap(Shape.tooLong) == [])
    }

    @Test func blanksAreInTheirPlaces() throws {
        #expect(try repository.files(endings: Shape.textEndings).flatMap(Shape.blanks) == [])
    }

    @Test func everyTargetSaysWhatItIsFor() {
        #expect(Shape.withoutREADME(repository.paths) == [])
    }

    @Test func noFileIsLarge() throws {
        #expect(try repository.paths.filter { try repository.size($0) > Repository.bytesMax } == [])
    }

    @Test func theLicenceIsThere() throws {
        #expect(try repository.files(["LICENSE"], endings: [""]).contains { $0.text.contains("Apache License") })
    }
}
