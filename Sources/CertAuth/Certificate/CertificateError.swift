// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a well-formed certificate or CRL.
public struct CertificateError: Error, Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// The structure violates DER or RFC 5280.
        case malformed(DERError)
        /// The value of an extension that CertAuth reads is malformed.
        case malformedExtension(OID, DERError)
        /// An extension appears twice (RFC 5280 §4.2 forbids it).
        case duplicateExtension(OID)
        /// CertAuth parsed it, OpenSSL could not: its error text.
        case refusedByOpenSSL(String)
    }

    package let cause: Cause

    package static func malformed(_ error: DERError) -> CertificateError { CertificateError(cause: .malformed(error)) }

    package static func malformedExtension(_ identifier: OID, _ error: DERError) -> CertificateError {
        CertificateError(cause: .malformedExtension(identifier, error))
    }

    package static func duplicateExtension(_ identifier: OID) -> CertificateError {
        CertificateError(cause: .duplicateExtension(identifier))
    }

    package static func refusedByOpenSSL(_ reason: String) -> CertificateError {
        CertificateError(cause: .refusedByOpenSSL(reason))
    }
}

extension CertificateError: CustomStringConvertible {
    /// One line: what is wrong and where.
    public var description: String {
        switch cause {
        case .malformed(let error): "malformed certificate: \(error)"
        case .malformedExtension(let identifier, let error): "malformed extension \(identifier): \(error)"
        case .duplicateExtension(let identifier): "extension \(identifier) appears twice"
        case .refusedByOpenSSL(let reason): "OpenSSL can't read the certificate: \(reason)"
        }
    }
}
