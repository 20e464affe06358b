// SPDX-License-Identifier: Apache-2.0
// Results as a Markdown table and as JSON.

import Foundation

/// One contender's line in the report.
struct Row: Sendable, Codable {
    let benchmark: String
    let contender: String
    let threads: Int
    /// Microseconds of CPU time for each operation; nil where memory was measured.
    var cpuMicroseconds: Spread?
    /// Operations a second by the wall clock.
    var perSecond: Spread?
    /// The average number of cores that the threads used; nil for one thread.
    var cores: Spread?
    /// Resident memory.
    var kibibytes: Spread?
    /// How many times as fast as each reference, round by round: by CPU time if both have as many threads, otherwise by
    /// wall-clock time without waits for a core. For memory: how many times as large.
    var ratios: [String: Spread] = [:]
    /// The goals of the row and whether its medians meet them.
    var goals: [GoalOutcome] = []
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
                guard other.name != contender.name, !theirs.isEmpty else { continue }
                ratios[other.name] = Spread(
                    zip(theirs, own).map {
                        other.threads == contender.threads ? $0.cpu / $1.cpu : $0.running / $1.running
                    }
                )
            }
            add(
                Row(
                    benchmark: benchmark,
                    contender: contender.name,
                    threads: contender.threads,
                    cpuMicroseconds: Spread(own.map { $0.cpu / 1e3 }),
                    perSecond: Spread(own.map { 1e9 / $0.wall }),
                    cores: contender.threads > 1 ? Spread(own.map { $0.cpu / $0.wall }) : nil,
                    ratios: ratios
                )
            )
        }
    }

    static let header =
        "| benchmark | contender | CPU us (min-max) | per second | ratio to (min-max) | goal |\n|---|---|---|---|---|---|"

    /// Adds an amount of memory, one value a round, beside that of a reference.
    mutating func add(_ benchmark: String, contender: String, kibibytes: [Double], reference: (String, [Double])? = nil)
    {
        var row = Row(benchmark: benchmark, contender: contender, threads: 1)
        row.kibibytes = Spread(kibibytes)
        if let (name, theirs) = reference { row.ratios[name] = Spread(zip(kibibytes, theirs).map { $0 / $1 }) }
        add(row)
    }

    private mutating func add(_ row: Row) {
        var row = row
        let outcomes = Goals.of(row).compactMap { goal in goal.outcome(of: row).map { (goal, $0) } }
        row.goals = outcomes.map(\.1)
        rows.append(row)
        print(Self.line(row, goals: outcomes.map { $0.text($1) }))
        fflush(nil)
    }

    private static func line(_ row: Row, goals: [String]) -> String {
        let ratios = row.ratios.sorted { $0.key < $1.key }.map { name, ratio in
            "\(name) x\(text(ratio.median, 2)) (\(text(ratio.minimum, 2))-\(text(ratio.maximum, 2)))"
        }
        let cost = row.cpuMicroseconds.map { text($0) } ?? row.kibibytes.map { "\(text($0)) KiB" } ?? ""
        let cores = row.cores.map { " on \(text($0.median, 2)) cores" } ?? ""
        let rate = row.perSecond.map { text($0.median, 0) + cores } ?? ""
        let cells = [
            row.benchmark, row.contender, cost, rate, ratios.joined(separator: ", "), goals.joined(separator: "; "),
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private static func text(_ spread: Spread) -> String {
        "\(text(spread.median, 2)) (\(text(spread.minimum, 2))-\(text(spread.maximum, 2)))"
    }

    private static func text(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

    /// The rows as JSON.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(rows)
    }
}
