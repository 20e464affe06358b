// SPDX-License-Identifier: Apache-2.0
// Other validators as separate programs: rustls-webpki, Go and Java, if they have been built.

import BenchmarkInput
import CReference
import Foundation

/// A program that is called with a folder, a kind of key, seconds and a number of threads, validates the leaves of
/// `FOLDER/KIND/leaves.bin` (each after its length in four bytes) through `inter.der` up to `root.der`, and prints
/// `ops_per_s=` and the rate.
struct ForeignValidator: Sendable {
    let name: String
    private let program: String
    private let folder: String
    private let kind: String

    /// The validators in CERTAUTH_BENCH_VALIDATORS: `name=program`, separated by semicolons.
    static func all(_ hierarchy: Hierarchy, kind: String) throws -> [ForeignValidator] {
        let named = ProcessInfo.processInfo.environment["CERTAUTH_BENCH_VALIDATORS"] ?? ""
        let pairs = named.split(separator: ";").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        guard !pairs.isEmpty else { return [] }
        let folder = NSTemporaryDirectory() + "certauth-bench-validators-\(ProcessInfo.processInfo.processIdentifier)"
        let short = kind.split(separator: "-").joined().lowercased().replacing("rsa2048", with: "rsa")
        let place = URL(fileURLWithPath: "\(folder)/\(short)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(hierarchy.root).write(to: place.appendingPathComponent("root.der"))
        try Data(hierarchy.intermediate).write(to: place.appendingPathComponent("inter.der"))
        let leaves = hierarchy.leaves.flatMap { leaf in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: leaf.count >> $0) } + leaf
        }
        try Data(leaves).write(to: place.appendingPathComponent("leaves.bin"))
        return pairs.filter { $0.count == 2 }.map {
            ForeignValidator(name: $0[0], program: $0[1], folder: folder, kind: short)
        }
    }

    var contender: Contender { Contender(name, timed: cost) }

    /// One run. CPU time is the program's share of the wall-clock time.
    private func cost(milliseconds: Double) -> Cost {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [folder, kind, "\(milliseconds / 1e3)", "1"]
        let output = Pipe()
        process.standardOutput = output
        let (start, spent) = (Date(), Double(certauth_childrens_cpu_time()))
        guard (try? process.run()) != nil else { preconditionFailure("\(program) can't be started") }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let share = min(1, (Double(certauth_childrens_cpu_time()) - spent) / 1e9 / Date().timeIntervalSince(start))
        guard
            let number = text.firstRange(of: "ops_per_s=").map({ text[$0.upperBound...].prefix { !$0.isWhitespace } }),
            let rate = Double(number), rate > 0
        else { preconditionFailure("\(program) did not print ops_per_s=: \(text)") }
        return Cost(wall: 1e9 / rate, cpu: 1e9 / rate * share, running: 1e9 / rate)
    }
}
