public import StateSpec

/// Names in tests are literals; one that is no name is a mistake in the test.
extension Name: ExpressibleByStringLiteral {
    /// The name that a literal spells.
    public init(stringLiteral text: String) {
        do throws(NameError) {
            try self.init(text)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

extension DomainUUID: ExpressibleByIntegerLiteral {
    /// The uuid that ends in a number.
    public init(integerLiteral number: Int) { self = .numbered(number) }

    /// The uuid that ends in a number.
    static func numbered(_ number: Int) -> DomainUUID {
        let digits = String(number)
        let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        guard let uuid = DomainUUID(text) else { preconditionFailure("\(text) is no uuid") }
        return uuid
    }
}

extension ObjectID: ExpressibleByStringLiteral {
    /// The id of which a literal is the beginning; the rest is zeros.
    public init(stringLiteral text: String) {
        guard let id = ObjectID(text + String(repeating: "0", count: 40 - text.count)) else {
            preconditionFailure("\(text) is no object id")
        }
        self = id
    }
}

extension Timestamp: ExpressibleByStringLiteral {
    /// The moment that a literal spells.
    public init(stringLiteral text: String) {
        guard let moment = Timestamp(text) else { preconditionFailure("\(text) is no moment") }
        self = moment
    }
}

extension MemorySize {
    static func gibibytes(_ count: Int) -> MemorySize { MemorySize(mebibytes: UInt64(count) * 1024) }
}
