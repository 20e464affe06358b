// SPDX-License-Identifier: Apache-2.0
// By number of pinned self-signed certificates.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// Measures a pinned client and a stranger beside many pins.
struct PinGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let start = GrowthFigure(name: "creation of the authenticator", unit: "CPU ms")
    private static let accepted = GrowthFigure(
        name: "acceptance of a pinned client",
        unit: "CPU us",
        goal: .timesSmallest(1.2)
    )
    private static let refused = GrowthFigure(
        name: "refusal of a client without a pin",
        unit: "CPU us",
        before: [1: 67, 1_000_000: 98_900],
        goal: .timesSmallest(1.2)
    )
    private static let memory = GrowthFigure(name: "memory of a pin", unit: "KiB")

    func run(into report: inout GrowthReport) throws {
        report.begin("Pins", size: "pinned certificates")
        let own = try TestIdentity.selfSigned("pinned")
        let chain = try GrowthHierarchy.chain(own.chain)
        let stranger = try GrowthHierarchy.chain(TestIdentity.selfSigned("stranger").chain)
        let pin = CertificatePin.certificate(try own.certificate.sha256Thumbprint)
        for count in sizes.numbers(small: [1, 1_000, 100_000], full: [1_000_000]) {
            report.progress("\(count)")
            let (bytes, (time, authenticator)) = try GrowthMeasurement.keptBytes {
                let pins = Set((1..<max(1, count)).compactMap(Self.pin) + [pin])
                return try GrowthMeasurement.milliseconds { try Self.authenticator(pins) }
            }
            precondition(authenticator.options.selfSignedPins.count == count)
            report.add(Self.start, count, time)
            report.add(
                Self.accepted,
                count,
                GrowthMeasurement.microseconds("pinned") { _ in authenticator.accepts(chain) }
            )
            report.add(
                Self.refused,
                count,
                GrowthMeasurement.microseconds("stranger") { _ in !authenticator.accepts(stranger) }
            )
            if count >= 1_000 { report.add(Self.memory, count, bytes / Double(count) / 1024) }
        }
    }

    private static func authenticator(_ pins: Set<CertificatePin>) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        options.allowedCertificateTypes = .selfSigned
        options.selfSignedPins = pins
        options.revocationMode = .noCheck
        return try .silent(options: options)
    }

    /// A different digest for each number.
    private static func pin(_ number: Int) -> CertificatePin? {
        let parts = (1...4 as ClosedRange<UInt64>).map {
            String(UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &* (2 * $0 + 1), radix: 16)
        }
        let digits = parts.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
        return Thumbprint(hexadecimal: digits).map { .certificate($0) }
    }
}
