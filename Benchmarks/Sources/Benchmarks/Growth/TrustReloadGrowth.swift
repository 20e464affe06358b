// SPDX-License-Identifier: Apache-2.0
// A reload of trust anchors: how long other threads wait, and how many stores are kept.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting
import Foundation

/// Measures `TrustSource.reload` while another thread validates.
struct TrustReloadGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let quiet = GrowthFigure(name: "longest validation, nothing else happens", unit: "ms")
    private static let wait = GrowthFigure(
        name: "longest validation during a reload",
        unit: "ms",
        before: [10_000: 470, 100_000: 1_370],
        goal: .atMost(10)
    )
    private static let rest = GrowthFigure(
        name: "memory after two reloads",
        unit: "stores",
        before: [10_000: 2],
        goal: .atMost(1.1)
    )
    private static let peak = GrowthFigure(
        name: "memory at the peak of a reload",
        unit: "stores",
        before: [10_000: 3],
        goal: .atMost(2.2)
    )

    func run(into report: inout GrowthReport) throws {
        report.begin("Reload of trust anchors", size: "trust anchors")
        let anchors = try NumberedAnchors()
        let hierarchy = try GrowthHierarchy()
        for count in sizes.numbers(small: [1_000, 10_000], full: [100_000]) {
            report.progress("\(count)")
            try measure(count, anchors, hierarchy, into: &report)
            certauth_release_free_memory()
        }
    }

    private func measure(
        _ count: Int,
        _ anchors: NumberedAnchors,
        _ hierarchy: GrowthHierarchy,
        into report: inout GrowthReport
    ) throws {
        let turn = Tally()
        let root = hierarchy.root.certificateDER
        let empty = GrowthMeasurement.stableLiveBytes()
        let folder = try TemporaryDirectory()
        // A file has a size limit. Each reload replaces one anchor. The files are written before, so that only their
        // reading counts.
        let paths = (0..<(count + Self.fileCount - 1) / Self.fileCount).map { folder.path(of: "anchors-\($0).pem") }
        let write = {
            let numbers = Array(0..<count - 2) + [5_000_000 + turn.next()]
            let all = ([root] + numbers.map(anchors.certificate))[...]
            for (index, path) in paths.enumerated() {
                let text = all.dropFirst(index * Self.fileCount).prefix(Self.fileCount).map(Self.pem).joined()
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            }
        }
        try write()
        let source = try TrustSource { () throws(TrustStoreError) in try TrustStore(files: paths) }
        let authenticator = try CertificateAuthenticator.silent(options: hierarchy.options(.reloadable(source)))
        authenticator.revocationEvidence = RevocationEvidence(revocationLists: hierarchy.lists)
        precondition(authenticator.accepts(hierarchy.client), "the client is not accepted")
        let store = GrowthMeasurement.stableLiveBytes() - empty
        let other = LongestWait { authenticator.accepts(hierarchy.client) }
        var waits: [Double] = []
        let quiet = quietly(other)
        var peaks: [Double] = []
        for _ in 0..<2 {
            try write()
            _ = other.take()
            let (peak, isReplaced) = GrowthMeasurement.peakKibibytes { Self.isReplaced(source.reload()) }
            precondition(isReplaced, "the anchors were not replaced")
            waits.append(other.take())
            peaks.append(1 + peak * 1024 / store)
        }
        other.stop()
        report.add(Self.quiet, count, quiet)
        report.add(Self.wait, count, waits.max() ?? 0)
        report.add(Self.rest, count, (GrowthMeasurement.stableLiveBytes() - empty) / store)
        // The first reload finds no free memory of a former one.
        report.add(Self.peak, count, peaks[0])
    }

    /// The number of anchors in a file.
    private static let fileCount = 10_000

    private func quietly(_ other: LongestWait) -> Double {
        _ = other.take()
        Thread.sleep(forTimeInterval: 0.5)
        return other.take()
    }

    private static func pem(_ certificate: [UInt8]) -> String {
        let text = Data(certificate).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }

    private static func isReplaced(_ outcome: TrustSource.Outcome) -> Bool {
        if case .replaced = outcome { true } else { false }
    }
}
