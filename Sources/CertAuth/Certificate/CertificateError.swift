// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a well-formed certificate.
public enum CertificateError: Error, Sendable, Equatable {
    /// The certificate's own structure violates DER or RFC 5280 §4.1.
    case malformed(DERError)
    /// The value of an extension that CertAuth reads is malformed.
    case malformedExtension(OID, DERError)
    /// An extension appears twice (RFC 5280 §4.2 forbids it).
    case duplicateExtension(OID)
    /// CertAuth parsed it, OpenSSL could not: its error text.
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
