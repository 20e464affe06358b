// SPDX-License-Identifier: Apache-2.0
// A set that numbers its members; small ones hash nothing.

/// The distinct values inserted, numbered from zero in the order they came.
///
/// Few are compared one by one, which for names and keys is cheaper than hashing them; many are hashed, so that a
/// thousand cost no more than that.
struct NumberedSet<Value: Hashable> {
    private static var most: Int { 8 }

    private var few: [Value] = []
    private var many: [Value: Int] = [:]

    /// The number of `value`, and whether it was not there before.
    @discardableResult
    mutating func insert(_ value: Value) -> (number: Int, isNew: Bool) {
        if let known = few.firstIndex(of: value) ?? (many.isEmpty ? nil : many[value]) { return (known, false) }
        let number = few.count + many.count
        if few.count < Self.most { few.append(value) } else { many[value] = number }
        return (number, true)
    }
}
