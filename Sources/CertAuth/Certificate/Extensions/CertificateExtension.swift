// SPDX-License-Identifier: Apache-2.0

/// An extension of a certificate, CRL or OCSP response (RFC 5280 §4.2): an identifier, a criticality flag and a DER
/// value.
public struct CertificateExtension: Sendable, Hashable {
    /// The identifier of the extension.
    public let identifier: OID
    /// Whether software that does not know the extension must refuse.
    public let isCritical: Bool
    /// The contents of extnValue, itself DER.
    public let value: [UInt8]

    package init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        identifier = try fields.objectIdentifier()
        if let flag = try fields.optional(DERTag.boolean) {
            // DER omits a default value (X.690 §11.5), but common software encodes it.
            isCritical = try DERReader.boolean(flag)
        } else {
            isCritical = false
        }
        value = Array(try fields.value(DERTag.octetString).contents)
        try fields.finish()
    }

    /// Parses the Extensions sequence inside its explicit tag. An empty list is an error.
    static func list(in explicit: DERValue) throws(DERError) -> [CertificateExtension] {
        var outer = explicit.reader
        var reader = try outer.constructed()
        try outer.finish()
        var extensions: [CertificateExtension] = []
        while !reader.isAtEnd { extensions.append(try CertificateExtension(from: &reader)) }
        guard !extensions.isEmpty else {
            throw DERError(.invalidValue("an empty list of extensions"), at: explicit.encoding.startIndex)
        }
        return extensions
    }
}
