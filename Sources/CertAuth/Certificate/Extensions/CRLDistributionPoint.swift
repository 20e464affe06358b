// SPDX-License-Identifier: Apache-2.0

/// A DistributionPoint (RFC 5280 §4.2.1.13): where a CRL that covers the certificate is published.
package struct CRLDistributionPoint: Sendable, Hashable {
    /// The name of the distribution point.
    package enum Name: Sendable, Hashable {
        /// Alternative names for the same CRL.
        case full([GeneralName])
        /// A name relative to the CRL issuer's name: the DER contents of a RelativeDistinguishedName.
        case relativeToIssuer([UInt8])
    }

    /// The name; nil if only `crlIssuer` is given.
    package let name: Name?
    /// The reasons that the CRL covers, as bits of ReasonFlags; nil for all reasons.
    package let reasons: UInt16?
    /// The issuer of the CRL, if it is not the certificate's issuer.
    package let crlIssuer: [GeneralName]

    /// The URIs of any scheme, in order.
    package var uris: [String] {
        guard case .full(let names) = name else { return [] }
        return names.compactMap { if case .uri(let text) = $0 { text } else { nil } }
    }

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        if let wrapper = try fields.optional(DERTag.contextConstructed(0)) {
            name = try Name(wrapper)
        } else {
            name = nil
        }
        if let flags = try fields.optional(DERTag.context(1)) {
            reasons = try Self.reasons(flags)
        } else {
            reasons = nil
        }
        if let issuers = try fields.optional(DERTag.contextConstructed(2)) {
            crlIssuer = try GeneralName.list(issuers.reader)
        } else {
            crlIssuer = []
        }
        try fields.finish()
    }

    package static func list(extensionValue: [UInt8]) throws(DERError) -> [CRLDistributionPoint] {
        var reader = DERReader(extensionValue)
        var points = try reader.constructed()
        try reader.finish()
        var list: [CRLDistributionPoint] = []
        while !points.isAtEnd { list.append(try CRLDistributionPoint(from: &points)) }
        return list
    }

    static func reasons(_ value: DERValue) throws(DERError) -> UInt16 {
        let bits = try DERReader.bitString(value)
        var raw: UInt16 = 0
        for (index, byte) in bits.bytes.prefix(2).enumerated() {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { raw |= 1 << UInt16(index * 8 + bit) }
        }
        return raw
    }
}

extension CRLDistributionPoint.Name {
    /// Parses a DistributionPointName inside its explicit tag.
    init(_ wrapper: DERValue) throws(DERError) {
        var inner = wrapper.reader
        let choice = try inner.value()
        try inner.finish()
        switch choice.tag {
        case DERTag.contextConstructed(0): self = .full(try GeneralName.list(choice.reader))
        case DERTag.contextConstructed(1): self = .relativeToIssuer(Array(choice.contents))
        default:
            throw DERError(.unexpectedTag(found: choice.tag, expected: 0xA0), at: choice.encoding.startIndex)
        }
    }
}
