// SPDX-License-Identifier: Apache-2.0
// What a row is meant to reach.

import Foundation

/// One figure of a row and the bound that its median should keep.
struct Goal: Sendable {
    /// What is looked at.
    enum Figure: Sendable {
        /// At least so many times as fast as a reference.
        case speed(of: String)
        /// At most so many times the CPU time of a reference.
        case cost(of: String)
        /// At most so many microseconds of CPU time.
        case microseconds
        /// At most so many KiB.
        case kibibytes
    }

    let figure: Figure
    let bound: Double

    /// Threads that had fewer cores than that hardly met, so that they show nothing about locks.
    private static let coresForTwo = 1.7

    /// How the row stands; nil where the reference was not there.
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
        return "\(wanted): \(outcome.met.map { $0 ? "met" : "missed" } ?? "too few free cores to tell")"
    }

    private func outcome(_ figure: String, _ value: Double, isMet: Bool?) -> GoalOutcome {
        GoalOutcome(figure: figure, goal: bound, value: value, met: isMet)
    }
}

/// A goal and what became of it, for programs.
struct GoalOutcome: Sendable, Codable {
    let figure: String
    let goal: Double
    let value: Double
    /// Nil where the machine was too busy to tell.
    let met: Bool?
}
