// SPDX-License-Identifier: Apache-2.0
// The goal of a row.

import Foundation

/// One figure of a row and the bound for its median.
struct Goal: Sendable {
    /// The figure that is compared.
    enum Figure: Sendable {
        /// At least this many times as fast as a reference.
        case speed(of: String)
        /// At most this many times the CPU time of a reference.
        case cost(of: String)
        /// At most this many microseconds of CPU time.
        case microseconds
        /// At most this many KiB.
        case kibibytes
    }

    let figure: Figure
    let bound: Double

    /// Threads that had fewer cores than this hardly ran at the same time, so they show nothing about locks.
    private static let coresForTwo = 1.7

    /// Whether the row meets the goal; nil if the reference was not measured.
    func outcome(of row: Row) -> GoalOutcome? {
        switch figure {
        case .speed(let reference):
            row.ratios[reference].map { ratio in
                let isTold = (row.cores?.median).map { $0 >= Self.coresForTwo } ?? true
                return outcome("speed of \(reference)", ratio.median, isMet: isTold ? ratio.median >= bound : nil)
            }
        case .cost(let reference):
            row.ratios[reference].map { outcome("cost of \(reference)", 1 / $0.median, isMet: 1 / $0.median <= bound) }
        case .microseconds:
            row.cpuMicroseconds.map { outcome("CPU us", $0.median, isMet: $0.median <= bound) }
        case .kibibytes:
            row.kibibytes.map { outcome("KiB", $0.median, isMet: $0.median <= bound) }
        }
    }

    /// As the table shows it.
    func text(_ outcome: GoalOutcome) -> String {
        let number = bound.formatted(.number.grouping(.never).locale(Locale(identifier: "en")))
        let wanted =
            switch figure {
            case .speed(let reference): "\(reference) x\(number)"
            case .cost(let reference): "at most \(number) times \(reference)"
            case .microseconds: "at most \(number) us"
            case .kibibytes: "at most \(number) KiB"
            }
        return "\(wanted): \(outcome.met.map { $0 ? "met" : "missed" } ?? "too few free cores to decide")"
    }

    private func outcome(_ figure: String, _ value: Double, isMet: Bool?) -> GoalOutcome {
        GoalOutcome(figure: figure, goal: bound, value: value, met: isMet)
    }
}

/// A goal and its outcome, for the JSON file.
struct GoalOutcome: Sendable, Codable {
    let figure: String
    let goal: Double
    let value: Double
    /// Nil if the machine was too busy to decide.
    let met: Bool?
}
