// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL
internal import Synchronization

/// The signed bytes of a CRL or OCSP response, with algorithm and signature. The signature is verified once for each
/// key, and the known signers are cached.
final class SignedContent: Sendable {
    /// The whole structure. The ranges refer to it.
    private let bytes: [UInt8]
    private let signed: Range<Int>
    private let signature: Range<Int>
    /// The signature in the form that prepared keys verify; nil if the algorithm is not one of the common ones.
    private let known: CertificateSignature?
    /// Nil if CertAuth does not know the algorithm.
    let algorithm: SignatureAlgorithm?
    private let identifier: AlgorithmIdentifier
    private struct Memory {
        /// The results by the subjectPublicKeyInfo of the key.
        var answers: [[UInt8]: Bool] = [:]
        /// The signers whose key verified the signature, and that were authorized when they were checked.
        var authorized: [Certificate] = []
    }

    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - signed: the position of the signed part in `bytes`.
    ///   - signature: the position of the signature in `bytes`.
    init(bytes: [UInt8], signed: Range<Int>, algorithm: AlgorithmIdentifier, signature: Range<Int>) {
        known = CertificateSignature.Algorithm(derEncoded: algorithm.derEncoded).map {
            CertificateSignature($0, signedPart: signed, value: signature)
        }
        self.bytes = bytes
        self.signed = signed
        self.signature = signature
        self.algorithm = SignatureAlgorithm(algorithm)
        identifier = algorithm
    }

    /// `ECDSA with SHA1`, or the object identifier of an unknown algorithm.
    var algorithmName: String { algorithm?.name ?? "the algorithm \(identifier.algorithm)" }

    /// Whether `signer`'s key verifies the signature. Whether it may sign is not checked.
    func isSigned(by signer: Certificate) -> Bool {
        guard let algorithm else { return false }
        let key = signer.publicKey.derEncoded
        if let known = memory.withLock({ $0.answers[key] }) { return known }
        let answer =
            known.flatMap { signer.handle.verifies($0, in: bytes) }
            ?? algorithm.verification.verifies(Array(bytes[signature]), over: bytes[signed], by: signer.handle)
        memory.withLock { memory in
            // Few keys share an issuer's name. A client that presents many must not fill the cache.
            if memory.answers.count < Self.mostKeys { memory.answers[key] = answer }
        }
        return answer
    }

    /// Records that `signer`, whose key verified the signature, was authorized to sign.
    func rememberAuthorized(_ signer: Certificate) {
        memory.withLock { memory in
            guard !memory.authorized.contains(signer), memory.authorized.count < Self.mostSigners else { return }
            memory.authorized.append(signer)
            // This key will be used repeatedly, so it is stored even if the cache is full.
            memory.answers[signer.publicKey.derEncoded] = true
        }
    }

    /// Whether the key of one authorized signer verified both signatures. A key that merely verifies is not enough: an
    /// attacker can construct such a key for a given signature.
    func sharesAuthorizedSigner(with other: SignedContent) -> Bool {
        let keys = other.authorizedSigners.map(\.publicKey.derEncoded)
        return authorizedSigners.contains { keys.contains($0.publicKey.derEncoded) }
    }

    /// The known authorized signers. Their certificates may have expired since.
    var authorizedSigners: [Certificate] { memory.withLock { $0.authorized } }

    private static let mostSigners = 4
    private static let mostKeys = 16
}
