// SPDX-License-Identifier: Apache-2.0
// An extension as it stands in a certificate, CRL or OCSP response.

/// An X.509 extension (RFC 5280 §4.2): an identifier, a flag and a DER value.
public struct CertificateExtension: Sendable, Hashable {
    /// Which extension.
    package let identifier: OID
    /// Whether a reader that does not know the extension must refuse.
    public let isCritical: Bool
    /// The contents of extnValue, itself DER.
    public let value: [UInt8]

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        identifier = try fields.objectIdentifier()
        if let flag = try fields.optional(DERTag.boolean) {
            // DER omits a default value (X.690 §11.5); common software writes it all the same.
            isCritical = try DERReader.boolean(flag)
        } else {
            isCritical = false
        }
        value = Array(try fields.value(DERTag.octetString).contents)
        try fields.finish()
    }

    /// Reads the Extensions sequence inside its explicit tag; an empty list is an error.
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
