// SPDX-License-Identifier: Apache-2.0
// Limits on the work of header readers: numbers of options, pairs and list members.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class HeaderBoundTests: XCTestCase {
    private var stage: ForwardingStage!

    override func setUpWithError() throws { stage = try ForwardingStage() }

    // MARK: Connection

    /// Returns `accepted`, or the code with which the whole request is refused.
    private func outcome(_ fields: [(String, String)], from address: String? = nil) throws -> String {
        let forwarding = try stage.forwarding(.unverified(.aspnet()))
        let honest = address == nil ? try HeaderText.fields(.unverified(.aspnet()), stage.alice.chain) : []
        let request = ForwardingRequest(
            fields: [HeaderField("X-Forwarded-Proto", "https")] + honest + fields.map { HeaderField($0.0, $0.1) },
            peer: ForwardingStage.peer(address ?? ForwardingStage.proxyAddress)
        )
        switch forwarding.decide(request) {
        case .forwarded(.some, true), .direct: return "accepted"
        case .rejected(let error):
            XCTAssertEqual(error.failure.code, error.code)
            return "\(error.code): \(error.header)"
        case let other: return "\(other)"
        }
    }

    private func options(_ count: Int) -> String { (0..<count).map { "o\($0)" }.joined(separator: ", ") }

    func test_a_request_has_64_connection_options_at_most() throws {
        for name in ["Connection", "Proxy-Connection", "connection"] {
            XCTAssertEqual(try outcome([(name, options(64))]), "accepted")
            XCTAssertEqual(try outcome([(name, options(65))]), "limit-exceeded: \(name)")
        }
        XCTAssertEqual(try outcome([("Connection", options(7_700))]), "limit-exceeded: Connection")
        for (count, expected) in [(65, "limit-exceeded: Connection"), (64, "accepted")] {
            let found = try outcome([("Connection", options(count))], from: ForwardingStage.untrustedAddress)
            XCTAssertEqual(found, expected)
        }
    }

    func test_options_are_counted_over_all_lines_of_a_request() throws {
        XCTAssertEqual(try outcome([("Connection", options(32)), ("Proxy-Connection", options(32))]), "accepted")
        XCTAssertEqual(
            try outcome([("Connection", options(32)), ("Connection", options(33))]),
            "limit-exceeded: Connection"
        )
        let words = Array(repeating: "te", count: 64).joined(separator: " ")
        XCTAssertEqual(try outcome([("Connection", words)]), "accepted")
        XCTAssertEqual(try outcome([("Connection", words + ";te")]), "limit-exceeded: Connection")
    }

    func test_empty_options_count_only_as_bytes() throws {
        XCTAssertEqual(try outcome([("Connection", String(repeating: ",", count: 4_096))]), "accepted")
        XCTAssertEqual(
            try outcome([("Connection", String(repeating: ",", count: 4_097))]),
            "limit-exceeded: Connection"
        )
    }

    func test_the_options_of_a_request_have_4096_bytes_at_most() throws {
        for character in ["a", "é", "ｘ", "-"] {
            let count = 4_096 / character.utf8.count
            XCTAssertEqual(try outcome([("Connection", String(repeating: character, count: count))]), "accepted")
            XCTAssertEqual(
                try outcome([("Connection", String(repeating: character, count: count) + "aaa")]),
                "limit-exceeded: Connection"
            )
        }
    }

    func test_the_last_permitted_option_is_still_read() throws {
        XCTAssertEqual(
            try outcome([("Connection", options(63) + ", x_client_cert")]),
            "forwarding-untrusted: x_client_cert"
        )
        let long = "x" + String(repeating: "-", count: 4_000) + "client-cert"
        XCTAssertEqual(try outcome([("Connection", long)]), "forwarding-untrusted: \(long)")
    }

    // MARK: XFCC

    private func code(_ text: String) -> String {
        do throws(ForwardingError) {
            _ = try XFCCHeader([text])
            return "read"
        } catch {
            return "\(error.code)"
        }
    }

    func test_an_element_has_256_pairs_at_most() throws {
        func element(_ count: Int, _ key: String = "DNS") -> String {
            (0..<count).map { "\(key)=\($0).example" }.joined(separator: ";")
        }
        for key in ["DNS", "URI", "By", "SAN", "dns", "uRi"] {
            XCTAssertEqual(code(element(256, key)), "read")
            XCTAssertEqual(code(element(257, key)), "limit-exceeded")
        }
        XCTAssertEqual(code(element(3_900)), "limit-exceeded")
        XCTAssertEqual(code(Array(repeating: element(64), count: 16).joined(separator: ",")), "read")
        XCTAssertEqual(code(element(256) + ",By=a," + element(257)), "limit-exceeded")
        XCTAssertEqual(code(element(256) + ";Hash="), "limit-exceeded")
        XCTAssertEqual(code(element(63) + ";Hash="), "read")
    }

    func test_XFCC_keys_are_matched_by_their_ASCII_letters() throws {
        XCTAssertEqual(try XFCCHeader(["bY=a;HASH=b;uri=c"]).elements[0].pairs.map(\.key), [.by, .hash, .uri])
        XCTAssertEqual(XFCCElement.Key(name: "chain"), .chain)
        for name in ["", "B", "Byy", "Hasj", "\u{212A}ey", "DN", "DNS ", "ＢＹ"] {
            XCTAssertNil(XFCCElement.Key(name: name), name)
        }
    }

    // MARK: Lists

    private func fault(_ encoding: CertificateEncoding, _ value: String) -> DecodingFault? {
        do throws(DecodingFault) {
            _ = try encoding.certificates(value, ForwardingLimits())
            return nil
        } catch {
            return error
        }
    }

    func test_decoding_stops_after_one_certificate_more_than_permitted() throws {
        let least = Base64.encoded([0x30, 0])
        func blocks(_ bodies: [String]) -> String {
            let block = PEMDocument.text(label: "CERTIFICATE", [0x30, 0]).split(separator: "\n").joined(separator: " ")
            return bodies.map { block.replacing(least, with: $0) }.joined(separator: " ")
        }
        /// Certificates, and then something that cannot be decoded.
        func value(_ encoding: CertificateEncoding, _ count: Int, isDamaged: Bool) -> String {
            let bodies = Array(repeating: least, count: count) + (isDamaged ? ["!"] : [])
            switch encoding {
            case .base64DERList: return bodies.joined(separator: ",")
            case .base64ConcatenatedDER:
                let values = Array(repeating: [0x30, 0] as [UInt8], count: count).joined()
                return Base64.encoded(Array(values) + (isDamaged ? [0xFF] : []))
            case .spacedPEM: return blocks(bodies)
            default:
                return blocks(bodies).replacing("BEGIN CERT", with: "BEGIN%20CERT")
                    .replacing("END CERT", with: "END%20CERT").replacing(" ", with: "%0A")
            }
        }
        for encoding in [CertificateEncoding.base64DERList, .base64ConcatenatedDER, .spacedPEM, .percentEncodedPEM] {
            XCTAssertNil(fault(encoding, value(encoding, 10, isDamaged: false)), "\(encoding)")
            XCTAssertEqual(fault(encoding, value(encoding, 10, isDamaged: true))?.code, .malformed, "\(encoding)")
            for count in [11, 300] {
                for isDamaged in [false, true] {
                    let found = fault(encoding, value(encoding, count, isDamaged: isDamaged))
                    XCTAssertEqual(found?.code, .limitExceeded, "\(encoding) \(count) \(isDamaged)")
                }
            }
        }
    }

    func test_a_structured_field_has_10_certificates_at_most() throws {
        func list(_ count: Int) -> String {
            Array(repeating: ":\(Base64.encoded([0x30, 0])):", count: count).joined(separator: ", ")
        }
        XCTAssertNil(fault(.byteSequence, list(10)))
        for count in [11, 300] { XCTAssertEqual(fault(.byteSequence, list(count))?.code, .limitExceeded) }
    }

    func test_a_structured_field_with_many_separators_is_not_parsed() throws {
        let least = ":\(Base64.encoded([0x30, 0])):"
        // Tabs between members are valid, but proxies do not write them.
        func list(_ count: Int) -> String { Array(repeating: least, count: count).joined(separator: ",\t") }
        XCTAssertNil(fault(.byteSequence, list(10)))
        XCTAssertEqual(fault(.byteSequence, list(33))?.code, .limitExceeded)
        let many = 20_000
        let hostile = [
            list(34), String(repeating: "a,", count: many) + "a", "(" + String(repeating: "a ", count: many) + ")",
            least + String(repeating: ";a", count: many),
        ]
        for hostile in hostile {
            let found = fault(.byteSequence, hostile)
            XCTAssertEqual(found?.code, .malformed)
            XCTAssertEqual(found?.reason, "expected byte sequences between colons, found more than 64 separators")
        }
    }
}
