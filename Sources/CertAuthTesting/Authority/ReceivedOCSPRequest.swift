// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// A decoded OCSP request (RFC 6960 section 4.1.1). Its signature is ignored.
package struct ReceivedOCSPRequest: Sendable, Hashable {
    /// The certificates whose status is requested.
    package let certificates: [OCSPCertificateIdentifier]
    /// The nonce extension, to be copied into the response; nil if there is none.
    package let nonce: ExtensionTemplate?

    /// Decodes a request.
    ///
    /// - Throws: an error if it is malformed.
    package init(derEncoded: [UInt8]) throws {
        var outer = DERReader(derEncoded)
        var request = try outer.constructed()
        try outer.finish()
        var fields = try request.constructed()
        _ = try fields.optional(DERTag.contextConstructed(0))
        _ = try fields.optional(DERTag.contextConstructed(1))
        var list = try fields.constructed()
        var certificates: [OCSPCertificateIdentifier] = []
        while !list.isAtEnd {
            var single = try list.constructed()
            certificates.append(try OCSPCertificateIdentifier(derEncoded: Array(try single.value().encoding)))
        }
        self.certificates = certificates
        nonce = try fields.optional(DERTag.contextConstructed(2)).flatMap { try Self.nonce(in: $0) }
    }

    private static func nonce(in explicit: DERValue) throws(DERError) -> ExtensionTemplate? {
        var reader = explicit.reader
        var extensions = try reader.constructed()
        while !extensions.isAtEnd {
            var fields = try extensions.constructed()
            let identifier = try fields.objectIdentifier()
            _ = try fields.optional(DERTag.boolean)
            let value = Array(try fields.value(DERTag.octetString).contents)
            if identifier == .ocspNonce { return ExtensionTemplate(identifier, value: value) }
        }
        return nil
    }
}

extension OID {
    /// id-pkix-ocsp-nonce.
    fileprivate static let ocspNonce = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 2)
}
