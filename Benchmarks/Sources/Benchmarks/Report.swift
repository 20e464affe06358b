// SPDX-License-Identifier: Apache-2.0
// Results as a table for people and as JSON for programs.

import Foundation

/// One contender's line in the report.
struct Row: Sendable, Codable {
    let benchmark: String
    let contender: String
    let threads: Int
    /// Microseconds of CPU time for each operation.
    let cpuMicroseconds: Spread
    /// Operations a second by the wall clock.
    let perSecond: Spread
    /// How many times as fast as each reference, round by round: by CPU time where both have as many threads, else by
    /// the wall clock.
    let ratios: [String: Spread]
}

/// Collects rows.
struct Report: Sendable {
    private(set) var rows: [Row] = []

    /// Adds what one benchmark measured; each contender is compared with every one of `references`.
    mutating func add(
        _ benchmark: String,
        contenders: [Contender],
        costs: [[Cost]],
        references: [String]
    ) {
        for (contender, own) in zip(contenders, costs) {
            var ratios: [String: Spread] = [:]
            for (other, theirs) in zip(contenders, costs) where references.contains(other.name) {
                guard other.name != contender.name else { continue }
                ratios[other.name] = Spread(
                    zip(theirs, own).map { other.threads == contender.threads ? $0.cpu / $1.cpu : $0.wall / $1.wall }
                )
            }
            let row = Row(
                benchmark: benchmark,
                contender: contender.name,
                threads: contender.threads,
                cpuMicroseconds: Spread(own.map { $0.cpu / 1e3 }),
                perSecond: Spread(own.map { 1e9 / $0.wall }),
                ratios: ratios
            )
            rows.append(row)
            print(Self.line(row))
        }
    }

    static let header =
        "| benchmark | contender | CPU us (min-max) | per second | ratio to (min-max) |\n|---|---|---|---|---|"

    private static func line(_ row: Row) -> String {
        let cpu = row.cpuMicroseconds
        let ratios = row.ratios.sorted { $0.key < $1.key }.map { name, ratio in
            "\(name) x\(text(ratio.median, 2)) (\(text(ratio.minimum, 2))-\(text(ratio.maximum, 2)))"
        }
        let columns = [
            row.benchmark, row.contender,
            "\(text(cpu.median, 2)) (\(text(cpu.minimum, 2))-\(text(cpu.maximum, 2)))",
            text(row.perSecond.median, 0), ratios.joined(separator: ", "),
        ]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    private static func text(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

    /// The rows as JSON.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(rows)
    }
}
