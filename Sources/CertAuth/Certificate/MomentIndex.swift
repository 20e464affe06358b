// SPDX-License-Identifier: Apache-2.0

/// Moments in ascending order, for a search for the next one. The search is logarithmic in their number.
struct MomentIndex: Sendable {
    /// A moment is repeated for each value that has it.
    private var moments: [Timestamp]

    init(_ moments: [Timestamp]) { self.moments = moments.sorted() }

    /// Adds a moment.
    mutating func insert(_ moment: Timestamp) { moments.insert(moment, at: position(of: moment)) }

    /// Removes one of the equal moments, if there is one.
    mutating func remove(_ moment: Timestamp) {
        let position = position(of: moment)
        if position < moments.endIndex, moments[position] == moment { moments.remove(at: position) }
    }

    /// The first moment that is not before `now`; nil if there is none.
    func first(notBefore now: Timestamp) -> Timestamp? { first(notBefore: now) { $0 } }

    /// The first shifted moment that is not before `now`; nil if there is none.
    ///
    /// - Parameter shift: moves every moment by the same amount.
    func first(notBefore now: Timestamp, shiftedBy shift: (Timestamp) -> Timestamp) -> Timestamp? {
        let position = position { shift($0) >= now }
        return position < moments.endIndex ? shift(moments[position]) : nil
    }

    /// The position of the first moment that is not before `moment`.
    private func position(of moment: Timestamp) -> Int { position { $0 >= moment } }

    /// The position of the first moment that `isReached`, as all later ones are.
    private func position(_ isReached: (Timestamp) -> Bool) -> Int {
        var range = moments.startIndex..<moments.endIndex
        while !range.isEmpty {
            VisitCounter.add(1)
            let middle = range.lowerBound + range.count / 2
            range = isReached(moments[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}
