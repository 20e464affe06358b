// SPDX-License-Identifier: Apache-2.0

/// Moments in ascending order, for a search for the next one. The search is logarithmic in their number.
struct MomentIndex: Sendable {
    private let moments: [Timestamp]

    init(_ moments: [Timestamp]) { self.moments = Set(moments).sorted() }

    /// The first moment that is not before `now`; nil if there is none.
    func first(notBefore now: Timestamp) -> Timestamp? { first(notBefore: now) { $0 } }

    /// The first shifted moment that is not before `now`; nil if there is none.
    ///
    /// - Parameter shift: moves every moment by the same amount.
    func first(notBefore now: Timestamp, shiftedBy shift: (Timestamp) -> Timestamp) -> Timestamp? {
        var range = moments.startIndex..<moments.endIndex
        while !range.isEmpty {
            VisitCounter.add(1)
            let middle = range.lowerBound + range.count / 2
            range = shift(moments[middle]) >= now ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound < moments.endIndex ? shift(moments[range.lowerBound]) : nil
    }
}
