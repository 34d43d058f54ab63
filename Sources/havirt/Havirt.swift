import ArgumentParser

@main
struct Havirt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "havirt", version: "0.1.0")
}
