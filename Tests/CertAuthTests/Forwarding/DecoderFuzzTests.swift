// SPDX-License-Identifier: Apache-2.0
// Damaged values for each decoder: always an answer, the same one twice, in time linear in the length.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class DecoderFuzzTests: XCTestCase {
    private static let rounds = 1_500

    private func decision(_ dialect: ForwardingDialect, _ fields: [HeaderField]) throws -> ForwardingDecision {
        try CertificateForwarding(dialect, from: ForwardingStage.trusted()).decide(ForwardingStage.fromProxy(fields))
    }

    func test_damaged_values_of_every_encoding_are_answered_the_same_way_twice() throws {
        let stage = try ForwardingStage()
        let der = stage.alice.certificateDER
        let values: [CertificateEncoding: String] = [
            .base64DER: HeaderText.base64(der),
            .base64DERList: stage.alice.chain.map(HeaderText.base64).joined(separator: ","),
            .base64ConcatenatedDER: HeaderText.base64(Array(stage.alice.chain.joined())), .hexDER: HeaderText.hex(der),
            .percentEncodedPEM: HeaderText.escaped(stage.alice.chain), .spacedPEM: HeaderText.spaced(der),
            .byteSequence: stage.alice.chain.map(HeaderText.sequence).joined(separator: ", "),
        ]
        for (index, encoding) in CertificateEncoding.allCases.enumerated() {
            var mutator = Mutator(seed: UInt64(index))
            let forwarding = try CertificateForwarding(
                .custom(certificate: "X", encoding: encoding),
                from: ForwardingStage.trusted()
            )
            let value = Array(try XCTUnwrap(values[encoding]).utf8)
            for _ in 0..<Self.rounds {
                let text = String(decoding: mutator.mutated(value), as: UTF8.self)
                let request = ForwardingStage.fromProxy([HeaderField("X", text)])
                let first = "\(forwarding.decide(request))"
                XCTAssertEqual(first, "\(forwarding.decide(request))")
                if case .forwarded(let found?, _) = forwarding.decide(request) {
                    for certificate in found.presented.derEncoded { XCTAssertEqual(certificate.first, 0x30) }
                }
            }
        }
    }

    func test_damaged_headers_of_every_dialect_never_trap() throws {
        let stage = try ForwardingStage()
        for (index, dialect) in ForwardingDialect.builtIn.enumerated() {
            var mutator = Mutator(seed: 1_000 + UInt64(index))
            let honest = try HeaderText.fields(dialect, stage.alice.chain)
            for round in 0..<300 {
                var fields = honest
                let position = round % fields.count
                let text = String(decoding: mutator.mutated(Array(fields[position].value.utf8)), as: UTF8.self)
                fields[position] = HeaderField(fields[position].name, text)
                switch try decision(dialect, fields) {
                case .forwarded, .failed: break
                case .direct, .rejected: XCTFail("\(dialect.name): a damaged value is still the proxy's")
                }
            }
        }
    }

    func test_damaged_XFCC_headers_that_parse_are_written_again_equally() throws {
        let stage = try ForwardingStage()
        var mutator = Mutator(seed: 77)
        let value = Array(try HeaderText.xfcc(stage.alice.chain, names: ";URI=spiffe://td/a;DNS=a.example").utf8)
        var parsed = 0
        for _ in 0..<Self.rounds {
            guard let header = try? XFCCHeader([String(decoding: mutator.mutated(value), as: UTF8.self)]) else {
                continue
            }
            parsed += 1
            let written = header.elements.map(\.description).joined(separator: ",")
            let again = try XFCCHeader([written])
            XCTAssertEqual(again.elements.map { $0.pairs.map(\.value) }, header.elements.map { $0.pairs.map(\.value) })
        }
        XCTAssertGreaterThan(parsed, 0)
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// A value of about `count` characters that the encoding's reader reads to its end.
    private static func value(_ encoding: CertificateEncoding, _ count: Int) -> String {
        let text = PEMDocument.text(label: "CERTIFICATE", [UInt8](repeating: 0, count: count / 4 * 3))
        return switch encoding {
        case .byteSequence: ":" + String(repeating: "A", count: count) + ":"
        case .percentEncodedPEM: text.replacing(" ", with: "%20").replacing("\n", with: "%0A")
        case .spacedPEM: text.replacing("\n", with: " ")
        default: String(repeating: "30", count: count / 2)
        }
    }

    func test_time_grows_with_the_length_and_not_faster() throws {
        // Ten times the text must take less than 40 times the time; a quadratic reader takes 100 times.
        // Only the thread's CPU time counts, so other load does not matter.
        let unit = "Hash=aa;URI=\"\\\"\\\\x\","
        for encoding in CertificateEncoding.allCases {
            func time(_ count: Int) throws -> Duration {
                var limits = ForwardingLimits()
                limits.headerBytes = 4 * 1024 * 1024
                var forwarding = try CertificateForwarding(
                    .custom(certificate: "X", encoding: encoding),
                    from: ForwardingStage.trusted()
                )
                forwarding.limits = limits
                let request = ForwardingStage.fromProxy([HeaderField("X", Self.value(encoding, count))])
                let begin = Self.threadTime()
                let decision = forwarding.decide(request)
                let time = Self.threadTime() - begin
                guard case .failed(let error) = decision else {
                    XCTFail(encoding.rawValue)
                    return time
                }
                // Only a certificate that was decoded completely is too large. The concatenated one is not DER.
                let isTooLarge = count == 200_000 && encoding != .base64ConcatenatedDER
                XCTAssertEqual(error.code, isTooLarge ? .limitExceeded : .malformed, encoding.rawValue)
                return time
            }
            _ = try time(20_000)
            let small = try (0..<3).map { _ in try time(20_000) }.min() ?? .zero
            let large = try (0..<3).map { _ in try time(200_000) }.min() ?? .zero
            XCTAssertLessThan(large, small * 40 + .milliseconds(20), encoding.rawValue)
        }
        XCTAssertThrowsError(try XFCCHeader([String(repeating: unit, count: 5_000)])) {
            XCTAssertEqual(($0 as? ForwardingError)?.code, .limitExceeded)
        }
    }
}
