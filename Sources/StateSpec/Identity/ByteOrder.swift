internal import Glibc

extension String {
    /// Byte order of UTF-8, which unlike `<` neither depends on Unicode's tables nor takes two spellings of one letter
    /// for equal. By memcmp, because `lexicographicallyPrecedes` is ten times slower and every load compares all paths.
    func precedesByBytes(_ other: String) -> Bool {
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                let shorter = left.count < right.count
                guard let first = left.baseAddress, let second = right.baseAddress else { return shorter }
                let order = memcmp(first, second, min(left.count, right.count))
                return order != 0 ? order < 0 : shorter
            }
        }
    }
}
