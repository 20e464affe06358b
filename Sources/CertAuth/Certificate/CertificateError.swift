// SPDX-License-Identifier: Apache-2.0
// Why bytes are not a certificate.

/// Bytes that are not a well-formed certificate.
public enum CertificateError: Error, Sendable, Equatable {
    /// The certificate's own structure breaks DER or RFC 5280 §4.1.
    case malformed(DERError)
    /// The value of an extension that CertAuth reads is malformed.
    case malformedExtension(OID, DERError)
    /// An extension stands twice (RFC 5280 §4.2 forbids it).
    case duplicateExtension(OID)
    /// CertAuth could read it, OpenSSL could not; its words.
    case refusedByOpenSSL(String)
}

extension CertificateError: CustomStringConvertible {
    /// One line: what is wrong and where.
    public var description: String {
        switch self {
        case .malformed(let error): "malformed certificate: \(error)"
        case .malformedExtension(let identifier, let error): "malformed extension \(identifier): \(error)"
        case .duplicateExtension(let identifier): "extension \(identifier) stands twice"
        case .refusedByOpenSSL(let reason): "OpenSSL can't read the certificate: \(reason)"
        }
    }
}
