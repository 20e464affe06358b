// SPDX-License-Identifier: Apache-2.0
// How large the tables of growth become.

/// The largest sizes that are measured.
enum GrowthSizes: String, CaseIterable, Comparable {
    /// Two minutes.
    case small
    /// Twelve minutes.
    case full
    /// Adds what needs 10 GiB of memory and many minutes.
    case huge

    static func < (left: GrowthSizes, right: GrowthSizes) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The sizes of one table up to this one.
    func numbers(small: [Int], full: [Int] = [], huge: [Int] = []) -> [Int] {
        switch self {
        case .small: small
        case .full: small + full
        case .huge: small + full + huge
        }
    }
}
