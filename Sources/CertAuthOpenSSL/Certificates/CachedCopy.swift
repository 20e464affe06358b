// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The copy of a certificate, or the fact that the original serves.
enum CertificateCopy: Sendable {
    case original, another(X509Certificate)

    func certificate(or original: X509Certificate) -> X509Certificate {
        switch self {
        case .original: original
        case .another(let copy): copy
        }
    }
}

/// Keeps a copy of a certificate for the lifetime of the certificate.
struct CachedCopy: ~Copyable, Sendable {
    private let made = Mutex<CertificateCopy?>(nil)

    /// The copy that `make` created first. Two threads may create one each; only one of them is kept.
    ///
    /// - Parameter make: may return `original`, which is not stored: the object would retain itself.
    func copy(
        of original: X509Certificate,
        make: () throws(OpenSSLError) -> X509Certificate
    ) throws(OpenSSLError) -> X509Certificate {
        if let made = made.withLock({ $0 }) { return made.certificate(or: original) }
        let new = try make()
        return made.withLock { made in
            let kept = made ?? (new === original ? CertificateCopy.original : .another(new))
            made = kept
            return kept.certificate(or: original)
        }
    }
}
