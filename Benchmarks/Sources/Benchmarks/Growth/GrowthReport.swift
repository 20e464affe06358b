// SPDX-License-Identifier: Apache-2.0
// The tables of growth, as Markdown for people and as JSON for programs.

import BenchmarkInput
import CertAuthTesting
import Foundation

/// One value.
struct GrowthRow: Sendable, Codable {
    let table: String
    let figure: String
    let unit: String
    let size: Int
    let before: Double?
    let now: Double
    let nginx: Double?
    let goal: Double?
    /// Nil if there is no goal.
    let isMet: Bool?
    /// CPU time of one signature check of libcrypto before the table.
    let signatureMicroseconds: Double
}

/// Prints rows as they are measured, and keeps them.
struct GrowthReport {
    private(set) var rows: [GrowthRow] = []
    private(set) var remarks: [String] = []
    private var table = ""
    private var signature = 0.0
    private let start = Date()
    private let libcrypto: LibcryptoReference

    init() throws { libcrypto = LibcryptoReference(try Hierarchy(.p256, leafCount: 1, keyCount: 1)) }

    /// Begins a table. The time of a signature check says how fast the machine is at this moment.
    ///
    /// - Parameter size: what `n` counts.
    mutating func begin(_ table: String, size: String) {
        self.table = table
        signature = GrowthMeasurement.microseconds("signature") { [libcrypto] _ in libcrypto.checkSignature() }
        print("\n### \(table)\n\nn: \(size). One P-256 signature check of libcrypto: \(Self.text(signature)) CPU us.\n")
        print("| figure | n | before | now | nginx | goal |\n|---|---|---|---|---|---|")
        fflush(nil)
    }

    /// Adds a value. The first one of a figure in a table is its smallest size.
    mutating func add(_ figure: GrowthFigure, _ size: Int, _ value: Double, nginx: Double? = nil) {
        // What the system could not tell.
        guard value.isFinite else { return }
        let earlier = rows.first { $0.table == table && $0.figure == figure.name }
        let bound = figure.bound(at: size, smallest: earlier?.now)
        let row = GrowthRow(
            table: table,
            figure: figure.name,
            unit: figure.unit,
            size: size,
            before: figure.before[size],
            now: value,
            nginx: nginx,
            goal: bound,
            isMet: bound.map { value <= $0 },
            signatureMicroseconds: signature
        )
        rows.append(row)
        let goal = bound.map { "\(Self.text($0)) \(value <= $0 ? "met" : "missed")" } ?? ""
        let cells = [
            "\(figure.name), \(figure.unit)", size.formatted(.number.locale(Self.english)),
            row.before.map(Self.text) ?? "", Self.text(value), nginx.map(Self.text) ?? "", goal,
        ]
        print("| \(cells.joined(separator: " | ")) |")
        fflush(nil)
    }

    /// Adds a sentence that is printed at the end.
    mutating func remark(_ text: String) { remarks.append("\(table): \(text)") }

    /// What happens now, on standard error.
    func progress(_ text: String) {
        let seconds = Int(Date().timeIntervalSince(start))
        FileHandle.standardError.write(Data("\(seconds) s, \(table): \(text)\n".utf8))
    }

    /// Prints the remarks and how many goals are met.
    func finish() {
        if !remarks.isEmpty { print("\n" + remarks.map { "- \($0)" }.joined(separator: "\n")) }
        let judged = rows.compactMap(\.isMet)
        let seconds = Int(Date().timeIntervalSince(start))
        print("\n\(judged.count { $0 }) of \(judged.count) goals met; \(seconds) s")
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(rows)
    }

    private static let english = Locale(identifier: "en")

    /// Three digits that count.
    private static func text(_ number: Double) -> String {
        let digits = abs(number) >= 100 ? 0 : abs(number) >= 10 ? 1 : 2
        return number.formatted(.number.precision(.fractionLength(digits)).locale(english))
    }
}
