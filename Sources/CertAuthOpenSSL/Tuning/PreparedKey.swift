// SPDX-License-Identifier: Apache-2.0
// The key of a certificate, ready to check signatures.

import COpenSSL
internal import Synchronization

/// What a certificate keeps to check signatures with its key.
struct PreparedKey: ~Copyable, Sendable {
    /// The kind of the key, when it was decoded in the context for this kind; without it nothing is prepared.
    let kind: DecodedKeyKind?
    /// The check of the algorithm that the key was last used with.
    private let check = Mutex<SignatureCheck?>(nil)

    init(kind: DecodedKeyKind?) { self.kind = kind }

    /// The check for `algorithm`; nil where there is none.
    ///
    /// - Parameter certificate: the certificate with the key.
    func check(for algorithm: CertificateSignature.Algorithm, of certificate: OpaquePointer) -> SignatureCheck? {
        guard let kind, algorithm.keyKind == kind else { return nil }
        return check.withLock { check in
            if check?.algorithm != algorithm {
                check = DecodingContext.context(for: kind).pointer.flatMap { context in
                    X509_get0_pubkey(certificate).flatMap { SignatureCheck(algorithm, key: $0, in: context) }
                }
            }
            return check
        }
    }
}

extension X509Certificate {
    /// The prepared check of signatures by this certificate's key.
    func preparedCheck(for algorithm: CertificateSignature.Algorithm) -> SignatureCheck? {
        withPointer { preparedKey.check(for: algorithm, of: $0) }
    }
}
