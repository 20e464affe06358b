// SPDX-License-Identifier: Apache-2.0

/// An OCSPRequest (RFC 6960 §4.1) about one certificate, unsigned.
package struct OCSPRequest: Sendable, Hashable {
    /// The identifier of the certificate.
    package let certificateID: OCSPCertificateID
    /// Random octets that the response must repeat; nil for no nonce.
    package let nonce: [UInt8]?

    /// Creates a request about `certificateID`.
    ///
    /// - Parameter nonce: 1 to 128 octets, usually 32 (RFC 9654 §2.1); nil for none. Other lengths return nil.
    package init?(_ certificateID: OCSPCertificateID, nonce: [UInt8]?) {
        if let nonce, !(1...128).contains(nonce.count) { return nil }
        self.certificateID = certificateID
        self.nonce = nonce
    }

    /// The request's DER.
    package var derEncoded: [UInt8] {
        let requests = DERWriter.sequence([DERWriter.sequence([certificateID.derEncoded])])
        var fields = [requests]
        if let nonce {
            let value = DERWriter.value(DERTag.octetString, DERWriter.value(DERTag.octetString, nonce))
            let identifier = DERWriter.value(DERTag.objectIdentifier, OID.ocspNonce.contents)
            fields.append(DERWriter.explicit(2, DERWriter.sequence([DERWriter.sequence([identifier, value])])))
        }
        return DERWriter.sequence([DERWriter.sequence(fields)])
    }

    /// The path component for GET: base64 of the DER, with `+`, `/` and `=` escaped (RFC 6960 §A.1).
    package var pathComponent: String { PercentEncoding.encoded(Base64.encoded(derEncoded).utf8) }

    /// The DER of a request in the path component of a GET, with any characters escaped. Nil if it is not base64.
    package static func derEncoded(inPathComponent text: some StringProtocol) -> [UInt8]? {
        (try? PercentEncoding.decoded(Array(text.utf8))).flatMap { Base64.decoded($0) }
    }
}

extension OID {
    static let ocspNonce = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 2)
    static let ocspBasicResponse = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 1)
    static let signedCertificateTimestamps = OID(known: 1, 3, 6, 1, 4, 1, 11_129, 2, 4, 5)
    static let ocspArchiveCutoff = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 6)
    static let ocspCRLReferences = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 3)
    static let ocspExtendedRevoke = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 9)
}
