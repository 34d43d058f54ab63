public import Reconciler
public import StateSpec

extension Name where Kind == RunKind {
    /// A new run's id, such as `20261123t184000-k3m7xq2p`: when it began, for people, and 40 random bits.
    public static func random(at moment: Timestamp = SystemClock().now()) -> RunID {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let digits = "\(moment)".filter { $0 != "-" && $0 != ":" && $0 != "Z" }.lowercased()
        let tail = String((0..<8).map { _ in alphabet[Int(generator.next(upperBound: UInt(alphabet.count)))] })
        do {
            return try RunID("\(digits)-\(tail)")
        } catch {
            preconditionFailure("a run id outside the grammar of names: \(error)")
        }
    }
}
