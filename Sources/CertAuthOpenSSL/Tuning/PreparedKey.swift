// SPDX-License-Identifier: Apache-2.0

import COpenSSL
internal import Synchronization

/// What a certificate stores to check signatures with its key.
struct PreparedKey: ~Copyable, Sendable {
    /// The kind of the key, if it was decoded in the context for this kind. Nil if nothing is prepared.
    let kind: PublicKeyKind?
    /// The check for the algorithm that was last used with the key.
    private let check = Mutex<SignatureCheck?>(nil)

    init(kind: PublicKeyKind?) { self.kind = kind }

    /// The check for `algorithm`. Nil if there is none.
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
    /// The prepared check for signatures by this certificate's key.
    func preparedCheck(for algorithm: CertificateSignature.Algorithm) -> SignatureCheck? {
        withPointer { preparedKey.check(for: algorithm, of: $0) }
    }
}
