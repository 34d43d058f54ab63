/// Where one value arrives once, and one task waits for it.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Mailbox<Value: Sendable>: @unchecked Sendable {
    private var value: Value?
    private var waiter: UnsafeContinuation<Value, Never>?

    /// Whether a value has arrived.
    var isFull: Bool { value != nil }

    /// The first value counts; later ones are dropped.
    func put(_ value: Value) {
        guard self.value == nil else { return }
        self.value = value
        waiter?.resume(returning: value)
        waiter = nil
    }

    /// Waits for the value.
    func take() async -> Value {
        if let value { return value }
        return await withUnsafeContinuation { waiter = $0 }
    }
}
