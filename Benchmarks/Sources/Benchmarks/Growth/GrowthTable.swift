// SPDX-License-Identifier: Apache-2.0
// The tables, and the program mode that prints them.

import CReference
import Foundation

/// Measures one table.
protocol GrowthTable: Sendable {
    init(sizes: GrowthSizes)
    /// Adds the rows.
    func run(into report: inout GrowthReport) throws
}

/// `Benchmarks --growth [--sizes small|full|huge] [--only PART] [--json FILE]`.
struct Growth {
    /// The parts by their names on the command line.
    static let parts: [(name: String, table: any (GrowthTable & SendableMetatype).Type)] = [
        ("anchors", AnchorGrowth.self), ("trust", TrustReloadGrowth.self), ("pins", PinGrowth.self),
        ("crl", ListLengthGrowth.self), ("lists", ListCountGrowth.self), ("deltas", DeltaGrowth.self),
        ("verdicts", VerdictGrowth.self), ("mesh", MeshGrowth.self), ("names", NameGrowth.self),
        ("connections", ConnectionGrowth.self), ("events", EventGrowth.self),
    ]

    let sizes: GrowthSizes
    let only: String?
    let json: String?

    /// - Throws: `GrowthUsageError` if an option has an unknown value.
    init(arguments: [String]) throws {
        let sizes = Main.value(of: "--sizes", in: arguments) ?? GrowthSizes.full.rawValue
        guard let known = GrowthSizes(rawValue: sizes) else {
            throw GrowthUsageError(
                "--sizes \(sizes): expected \(GrowthSizes.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        only = Main.value(of: "--only", in: arguments)
        if let only, !Self.parts.contains(where: { $0.name == only }) {
            throw GrowthUsageError("--only \(only): expected \(Self.parts.map(\.name).joined(separator: ", "))")
        }
        self.sizes = known
        json = Main.value(of: "--json", in: arguments)
    }

    func run() throws {
        print("\(LibcryptoReference.version), \(ProcessInfo.processInfo.activeProcessorCount) cores")
        print("load average at the start: \(Self.loadAverage)")
        var report = try GrowthReport()
        for part in Self.parts where only ?? part.name == part.name {
            try part.table.init(sizes: sizes).run(into: &report)
            try write(report)
        }
        print("\nload average at the end: \(Self.loadAverage)")
        report.finish()
    }

    /// After each part, so that a run that is interrupted leaves what it has measured.
    private func write(_ report: GrowthReport) throws {
        guard let json else { return }
        try report.json().write(to: URL(fileURLWithPath: json))
    }

    private static var loadAverage: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        return text.split(separator: " ").prefix(1).joined()
    }
}

/// A wrong option.
struct GrowthUsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
