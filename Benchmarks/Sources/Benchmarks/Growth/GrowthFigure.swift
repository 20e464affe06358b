// SPDX-License-Identifier: Apache-2.0
// What a table of growth tells.

/// One measured quantity, its values before the work on growth, and its goal.
struct GrowthFigure: Sendable {
    /// What the value must not exceed.
    enum Goal: Sendable {
        case atMost(Double)
        /// So many times the value at the smallest size of the table.
        case timesSmallest(Double)
        /// At the largest size; smaller ones have no goal.
        case atMostAt(Int, Double)
    }

    let name: String
    let unit: String
    /// The values of 2026-11-27 by size.
    var before: [Int: Double] = [:]
    var goal: Goal?

    /// The bound at a size; nil if there is none.
    func bound(at size: Int, smallest: Double?) -> Double? {
        switch goal {
        case .atMost(let bound): bound
        case .timesSmallest(let factor): smallest.map { $0 * factor }
        case .atMostAt(size, let bound): bound
        case .atMostAt, nil: nil
        }
    }
}
