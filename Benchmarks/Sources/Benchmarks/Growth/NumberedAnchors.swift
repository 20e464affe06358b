// SPDX-License-Identifier: Apache-2.0
// Any number of trust anchors, quickly.

import BenchmarkInput
import CertAuth
import CertAuthTesting
import Foundation

/// Root certificates that differ in subject, issuer, serial number and key identifier.
///
/// They are copies of one certificate with another number in each place. Their signatures do not verify, which is not
/// required of a trust anchor (RFC 5280 section 6.1.1 (d)).
struct NumberedAnchors: Sendable {
    private static let mark = Array("x0000000".utf8)

    private let template: [UInt8]
    private let places: [Int]

    init() throws {
        let mark = Self.mark
        let authority = try TestAuthority("Growth Anchor \(String(decoding: mark, as: UTF8.self))") { template in
            template.serialNumber = [0x11] + mark + [UInt8](repeating: 0x22, count: 7)
            template.extensions.replace(.subjectKeyIdentifier(mark + [UInt8](repeating: 0x33, count: 12)))
        }
        template = authority.certificateDER
        places = template.indices.dropLast(mark.count).filter { [template] in
            template[$0..<$0 + mark.count].elementsEqual(mark)
        }
        precondition(places.count == 4, "the number does not occur four times in the certificate")
    }

    /// The DER of one of ten million.
    func certificate(_ number: Int) -> [UInt8] {
        var der = template
        let digits = Array(("x" + String(String(10_000_000 + number).dropFirst())).utf8)
        for place in places { der.replaceSubrange(place..<place + digits.count, with: digits) }
        return der
    }

    /// Writes anchors as PEM, in files below the limit of a file's size; returns their paths.
    ///
    /// - Parameters:
    ///   - count: of all certificates.
    ///   - others: certificates that are written before the numbered ones.
    ///   - first: the first number.
    @discardableResult
    func write(_ count: Int, and others: [[UInt8]], first: Int = 0, inFolder folder: String) throws -> [String] {
        let all = others + (first..<first + max(0, count - others.count)).map(certificate)
        return try stride(from: 0, to: all.count, by: 5_000).enumerated().map { index, first in
            let path = "\(folder)/anchors-\(index).pem"
            let text = WrittenCertificate.pem(Array(all[first..<min(all.count, first + 5_000)]))
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
    }
}
