// SPDX-License-Identifier: Apache-2.0

/// The kind of an encoded object, recognized by its first fields. Errors name it if the wrong file is given. It decides
/// only how an object is parsed and named, never whether it is trusted.
package enum EncodedObjectKind: Sendable, Equatable {
    case certificate
    case revocationList
    case ocspResponse
    case certificateRequest
    case privateKey
    case encryptedPrivateKey
    case publicKey
    case pkcs7
    case pkcs12

    /// The kind of a DER object, or of a BER object whose first fields are DER. Nil for other bytes.
    package init?(encoded bytes: [UInt8]) {
        guard let fields = Self.fields(of: bytes[...]), let first = fields.first else { return nil }
        switch first.tag {
        case DERTag.integer where first.contents.elementsEqual([3]): self = .pkcs12
        case DERTag.integer: self = .privateKey
        case DERTag.objectIdentifier: self = .pkcs7
        case DERTag.enumerated: self = .ocspResponse
        case DERTag.sequence:
            guard let kind = Self.signedKind(first, followedBy: fields.dropFirst()) else { return nil }
            self = kind
        default: return nil
        }
    }

    /// The kind for a PEM label; nil for an unknown label.
    package init?(label: String) {
        switch label {
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE": self = .certificate
        case "X509 CRL": self = .revocationList
        case "OCSP RESPONSE": self = .ocspResponse
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": self = .certificateRequest
        case "ENCRYPTED PRIVATE KEY": self = .encryptedPrivateKey
        case "PUBLIC KEY", "RSA PUBLIC KEY": self = .publicKey
        case "PKCS7", "CMS": self = .pkcs7
        case "PKCS12": self = .pkcs12
        case let label where label.hasSuffix("PRIVATE KEY"): self = .privateKey
        default: return nil
        }
    }

    /// The name with its article, for example `a certificate request (PKCS #10)`.
    package var name: String {
        switch self {
        case .certificate: "a certificate"
        case .revocationList: "a CRL"
        case .ocspResponse: "an OCSP response"
        case .certificateRequest: "a certificate request (PKCS #10)"
        case .privateKey: "a private key"
        case .encryptedPrivateKey: "an encrypted private key"
        case .publicKey: "a public key"
        case .pkcs7: "a PKCS #7 file"
        case .pkcs12: "a PKCS #12 file"
        }
    }

    /// What to do if a certificate is expected; nil if the object contains a certificate.
    package var wayToCertificate: String? {
        switch self {
        case .certificate, .pkcs12: nil
        case .revocationList: "give the CRL where CRLs are expected, and the certificate here"
        case .ocspResponse: "give the OCSP response where OCSP responses are expected, and the certificate here"
        case .certificateRequest: "give the certificate that the CA issued for the request"
        case .privateKey, .encryptedPrivateKey, .publicKey: "give the certificate's file, not the key's"
        case .pkcs7: "extract the certificates with `openssl pkcs7 -print_certs -in FILE` (add `-inform DER` for DER)"
        }
    }

    /// The kind of an object that begins with a signed part, or with the algorithm of a key.
    private static func signedKind(_ first: DERValue, followedBy rest: ArraySlice<DERValue>) -> EncodedObjectKind? {
        switch rest.first?.tag {
        case DERTag.bitString where rest.count == 1: return .publicKey
        case DERTag.octetString where rest.count == 1: return .encryptedPrivateKey
        case DERTag.sequence: break
        default: return nil
        }
        guard let inner = fields(of: first.encoding) else { return nil }
        var tags = inner.prefix(5).map(\.tag)
        guard let head = tags.first else { return nil }
        // Only certificates have their version in a tag of its own.
        if head == 0xA0 { return .certificate }
        if head == DERTag.integer { tags.removeFirst() }
        // After the version, a request has name and key; a CRL has algorithm, name and time; a certificate without
        // version has algorithm, name and validity.
        if tags.count >= 3, tags[0] == DERTag.sequence, tags[1] == DERTag.sequence {
            if tags[2] == DERTag.utcTime || tags[2] == DERTag.generalizedTime { return .revocationList }
            if tags[2] == 0xA0 { return .certificateRequest }
        }
        return head == DERTag.integer ? .certificate : nil
    }

    /// The values inside the outer sequence, up to the first that cannot be parsed.
    private static func fields(of bytes: ArraySlice<UInt8>) -> [DERValue]? {
        guard bytes.count > 2, bytes.first == DERTag.sequence else { return nil }
        var outer = DERReader(bytes)
        var reader: DERReader
        if let value = try? outer.value(DERTag.sequence) {
            reader = value.reader
        } else {
            // BER permits an indefinite length, and leading zeros in a definite length. The rest determines the kind.
            let length = bytes[bytes.startIndex + 1]
            let header = length <= 0x80 ? 2 : 2 + Int(length & 0x7F)
            guard length <= 0x84, bytes.count > header else { return nil }
            reader = DERReader(bytes.dropFirst(header))
        }
        var fields: [DERValue] = []
        while fields.count < 8, !reader.isAtEnd, let value = try? reader.value() { fields.append(value) }
        return fields
    }
}
