// SPDX-License-Identifier: Apache-2.0
// Why a file or text holds no usable certificate.

/// A source of certificates that can't be used: which source, and why.
public struct CertificateLoadingError: Error, Sendable, Equatable {
    /// The causes.
    public enum Cause: Sendable, Equatable {
        /// The file can't be read; the system's words.
        case unreadable(String)
        /// The file is larger than the limit, in bytes.
        case tooLarge(limit: Int)
        /// There is nothing in it.
        case empty
        /// Neither PEM nor DER nor PKCS #12.
        case unrecognised
        /// Neither PEM nor DER, where a CRL is expected.
        case unrecognisedList
        /// PEM with a broken block; what and where.
        case invalidPEM(String)
        /// A private key where a certificate is expected; its PEM label.
        case privateKey(label: String)
        /// Another kind of object than the one expected: its name, and what to do.
        case otherKind(found: String, remedy: String)
        /// OpenSSL's `TRUSTED CERTIFICATE`, whose trust settings CertAuth refuses to take over.
        case trustedCertificateBlock
        /// PEM blocks, but no certificate among them; their labels.
        case noCertificate(labels: [String])
        /// PEM blocks, but no CRL among them; their labels.
        case noRevocationList(labels: [String])
        /// Certificate or CRL number `index`, from 0, is malformed.
        case malformed(index: Int, CertificateError)
        /// A PKCS #12 file that needs another password.
        case wrongPassword
        /// A PKCS #12 file that can't be read; why, and what helps.
        case invalidPKCS12(String)
    }

    /// The file, or a name for the text.
    package let source: String
    /// Why.
    public let cause: Cause

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
            "found TRUSTED CERTIFICATE, whose trust settings are not taken over: "
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
