// SPDX-License-Identifier: Apache-2.0

/// A set that numbers its distinct values from zero, in order of insertion.
///
/// Up to eight values are compared one by one, which for names and keys is cheaper than hashing. Further values are
/// hashed, so the set also scales to thousands.
struct NumberedSet<Value: Hashable> {
    private static var most: Int { 8 }

    private var few: [Value] = []
    private var many: [Value: Int] = [:]

    /// Inserts `value` if it is new.
    /// - Returns: the number of `value`, and whether it was new.
    @discardableResult
    mutating func insert(_ value: Value) -> (number: Int, isNew: Bool) {
        if let known = few.firstIndex(of: value) ?? (many.isEmpty ? nil : many[value]) { return (known, false) }
        let number = few.count + many.count
        if few.count < Self.most { few.append(value) } else { many[value] = number }
        return (number, true)
    }
}
