// SPDX-License-Identifier: Apache-2.0
// SIGNED { … }: what CRLs and OCSP responses have in common, and the memory of who has signed them.

internal import CertAuthOpenSSL
internal import Synchronization

/// Signed bytes with algorithm and signature; the signature is checked once for each key.
final class SignedContent: Sendable {
    /// The whole structure the ranges lie in.
    private let bytes: [UInt8]
    private let signed: Range<Int>
    private let signature: Range<Int>
    /// The same for checks that a signer's key keeps ready; nil where the algorithm is none of the usual.
    private let known: CertificateSignature?
    /// Nil when CertAuth does not know the algorithm.
    let algorithm: SignatureAlgorithm?
    private let identifier: AlgorithmIdentifier
    private struct Memory {
        /// Answers by the subjectPublicKeyInfo asked about.
        var answers: [[UInt8]: Bool] = [:]
        /// The signers whose key verified the signature, and that were authorized when they were asked about.
        var authorized: [Certificate] = []
    }

    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - signed: where in `bytes` stands what is signed.
    ///   - signature: where the signature's bytes stand.
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

    /// `ECDSA with SHA1`, or the object identifier of an algorithm that is not known.
    var algorithmName: String { algorithm?.name ?? "the algorithm \(identifier.algorithm)" }

    /// True when `signer`'s key verifies the signature; whether it may sign is not looked at.
    func isSigned(by signer: Certificate) -> Bool {
        guard let algorithm else { return false }
        let key = signer.publicKey.derEncoded
        if let known = memory.withLock({ $0.answers[key] }) { return known }
        let answer =
            known.flatMap { signer.handle.verifies($0, in: bytes) }
            ?? algorithm.verification.verifies(Array(bytes[signature]), over: bytes[signed], by: signer.handle)
        memory.withLock { memory in
            // Few keys share one issuer's name; a peer that presents many must not fill the memory.
            if memory.answers.count < Self.mostKeys { memory.answers[key] = answer }
        }
        return answer
    }

    /// Remembers that `signer`, whose key verified the signature, was authorized to sign.
    func rememberAuthorized(_ signer: Certificate) {
        memory.withLock { memory in
            guard !memory.authorized.contains(signer), memory.authorized.count < Self.mostSigners else { return }
            memory.authorized.append(signer)
            // Whatever other keys were asked about before: this one is asked about again and again.
            memory.answers[signer.publicKey.derEncoded] = true
        }
    }

    /// Whether one authorized signer's key verified both signatures. A key that only verifies is not enough: for a given
    /// signature, an attacker can make such a key.
    func sharesAuthorizedSigner(with other: SignedContent) -> Bool {
        let keys = other.authorizedSigners.map(\.publicKey.derEncoded)
        return authorizedSigners.contains { keys.contains($0.publicKey.derEncoded) }
    }

    /// The authorized signers that are known; their certificates may have ended since.
    var authorizedSigners: [Certificate] { memory.withLock { $0.authorized } }

    private static let mostSigners = 4
    private static let mostKeys = 16
}
