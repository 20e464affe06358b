// SPDX-License-Identifier: Apache-2.0

/// Why a source of certificates or CRLs cannot be used.
public struct CertificateLoadingError: Error, Sendable, Equatable {
    /// The possible causes.
    package enum Cause: Sendable, Equatable {
        /// The file cannot be read: the system's error text.
        case unreadable(String)
        /// The file is larger than the limit, in bytes.
        case tooLarge(limit: Int)
        /// The source is empty.
        case empty
        /// The source is neither PEM nor DER nor PKCS #12.
        case unrecognised
        /// The source is neither PEM nor DER, and a CRL is expected.
        case unrecognisedList
        /// A PEM block is malformed: what and where.
        case invalidPEM(String)
        /// The source is a private key instead of a certificate: its PEM label.
        case privateKey(label: String)
        /// The source is another kind of object than expected: its kind, and what to do.
        case otherKind(found: String, remedy: String)
        /// The source is an OpenSSL `TRUSTED CERTIFICATE`. CertAuth does not apply its trust settings.
        case trustedCertificateBlock
        /// The source has PEM blocks, but no certificate: their labels.
        case noCertificate(labels: [String])
        /// The source has PEM blocks, but no CRL: their labels.
        case noRevocationList(labels: [String])
        /// The certificate or CRL with this index, from 0, is malformed.
        case malformed(index: Int, CertificateError)
        /// The password of the PKCS #12 file is wrong.
        case wrongPassword
        /// The PKCS #12 file cannot be parsed: why, and what helps.
        case invalidPKCS12(String)
    }

    /// The file, or the name of the text.
    package let source: String
    /// The cause.
    package let cause: Cause

    package init(_ source: String, _ cause: Cause) {
        self.source = source
        self.cause = cause
    }
}

extension CertificateLoadingError: CustomStringConvertible {
    /// One line: which source, what was found, what was expected.
    public var description: String { "\(source): \(cause.text)" }
}

extension CertificateLoadingError.Cause {
    /// The cause for an object that is not a certificate.
    package static func otherObject(_ kind: EncodedObjectKind) -> Self {
        .otherKind(found: "\(kind.name), expected a certificate", remedy: kind.wayToCertificate ?? "give a certificate")
    }

    fileprivate var text: String {
        switch self {
        case .unreadable(let reason): "can't be read: \(reason)"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .empty: "empty, expected at least one certificate"
        case .unrecognised: "neither PEM, DER nor PKCS #12, expected a certificate"
        case .unrecognisedList: "neither PEM nor DER, expected a CRL"
        case .invalidPEM(let reason): "invalid PEM: \(reason)"
        case .privateKey(let label):
            "found \(label), expected a certificate: give the certificate's file, not the key's"
        case .otherKind(let found, let remedy): "found \(found): \(remedy)"
        case .trustedCertificateBlock:
            "found TRUSTED CERTIFICATE, whose trust settings are not supported: "
                + "convert it with `openssl x509 -in FILE -out NEW`"
        case .noCertificate(let labels):
            "no certificate, found only \(labels.joined(separator: ", "))"
        case .noRevocationList(let labels):
            "no X509 CRL, found only \(labels.joined(separator: ", "))"
        case .malformed(let index, let error): "object \(index): \(error)"
        case .wrongPassword: "the password does not open this PKCS #12 file"
        case .invalidPKCS12(let reason): "PKCS #12: \(reason)"
        }
    }
}
