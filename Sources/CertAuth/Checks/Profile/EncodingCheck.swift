// SPDX-License-Identifier: Apache-2.0

/// Strict profile: requires that dates before 2050 are UTCTime, that version 1 and critical FALSE are not encoded, and
/// that named bits have no trailing zeros (RFC 5280 §4.1.2.5; X.690 §11.2.2, §11.5). Most parsers accept violations.
///
/// cA FALSE and minimum 0 must not be encoded either, but public test suites require that they are accepted.
package struct EncodingCheck: PathCheck {
    private static let year2050 = Timestamp(secondsSince1970: 2_524_608_000)

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            // Content that cannot be parsed here was refused when the certificate was parsed.
            guard let objection = (try? objection(to: certificate)) ?? nil else { continue }
            throw Finding(.malformed, at: index, "\(certificate): \(objection.text)", rule: objection.rule)
        }
    }

    private struct Objection {
        let text: String
        let rule: String

        static func defaultValue(_ field: String) -> Objection {
            Objection(text: "\(field) is written out, but DER omits a default value", rule: "X.690 §11.5")
        }
    }

    private func objection(to certificate: Certificate) throws(DERError) -> Objection? {
        var reader = DERReader(certificate.derEncoded)
        var outer = try reader.constructed()
        var fields = try outer.constructed()
        let hasVersion = try fields.optional(DERTag.contextConstructed(0)) != nil
        if hasVersion, certificate.version == 1 { return .defaultValue("version 1") }
        for _ in 0..<3 { _ = try fields.value() }
        var validity = try fields.constructed()
        for (name, time) in [
            ("notBefore", certificate.validity.notBefore), ("notAfter", certificate.validity.notAfter),
        ] where try validity.value().tag == DERTag.generalizedTime && time < Self.year2050 {
            let text = "\(name) \(time) is a GeneralizedTime, expected a UTCTime through the year 2049"
            return Objection(text: text, rule: "RFC 5280 §4.1.2.5")
        }
        for _ in 0..<2 { _ = try fields.value() }
        while let tag = fields.nextTag, tag != DERTag.contextConstructed(3) { _ = try fields.value() }
        guard !fields.isAtEnd else { return nil }
        var explicit = try fields.constructed(DERTag.contextConstructed(3))
        var extensions = try explicit.constructed()
        while !extensions.isAtEnd {
            var entry = try extensions.constructed()
            let identifier = try entry.objectIdentifier()
            if let flag = try entry.optional(DERTag.boolean), try !DERReader.boolean(flag) {
                return .defaultValue("critical FALSE of extension \(identifier)")
            }
            let value = Array(try entry.value(DERTag.octetString).contents)
            if let objection = try objection(toValue: value, of: identifier) { return objection }
        }
        return nil
    }

    private func objection(toValue value: [UInt8], of identifier: OID) throws(DERError) -> Objection? {
        var reader = DERReader(value)
        switch identifier {
        case .keyUsage:
            return try trailingZeros(in: reader.value(), of: "keyUsage")
        case .cRLDistributionPoints, .freshestCRL:
            var points = try reader.constructed()
            while !points.isAtEnd {
                var point = try points.constructed()
                _ = try point.optional(DERTag.contextConstructed(0))
                guard let reasons = try point.optional(DERTag.context(1)) else { continue }
                if let objection = try trailingZeros(in: reasons, of: "reasons") { return objection }
            }
            return nil
        default: return nil
        }
    }

    private func trailingZeros(in value: DERValue, of field: String) throws(DERError) -> Objection? {
        let bits = try DERReader.bitString(value)
        guard let last = bits.bytes.last, last == 0 || last.trailingZeroBitCount != bits.unusedBits else { return nil }
        return Objection(text: "\(field) has zero bits behind the last bit that is set", rule: "X.690 §11.2.2")
    }
}
