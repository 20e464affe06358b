// SPDX-License-Identifier: Apache-2.0
// Another form of a certificate, made when it is first wanted.

internal import Synchronization

/// Another form of a certificate, or that it needs none.
enum CertificateCopy: Sendable {
    case original, another(X509Certificate)

    func certificate(or original: X509Certificate) -> X509Certificate {
        switch self {
        case .original: original
        case .another(let copy): copy
        }
    }
}

/// Keeps a copy of a certificate as long as the certificate itself.
struct CopyMadeOnce: ~Copyable, Sendable {
    private let made = Mutex<CertificateCopy?>(nil)

    /// The copy that `make` made first. Two threads may make one each; one of them is kept.
    ///
    /// - Parameter make: may return `original`, which is not kept: it would keep itself.
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
