/// How full something is, to be seen at a glance.
enum LoadBar {
    static let width = 10
    /// How many characters a bar with its percentage takes, up to 100 %.
    static let textWidth = width + 7

    /// "########.. 78 %"
    static func render(_ share: Double) -> String {
        // What a hostile node claims may be any number.
        let share = share.isFinite ? min(max(share, 0), 1e6) : 0
        let filled = min(width, Int((share * Double(width)).rounded()))
        let percent = "\(Int((share * 100).rounded()))"
        return String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
            + String(repeating: " ", count: max(1, 5 - percent.count)) + percent + " %"
    }
}
