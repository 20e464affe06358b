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
    /// Answers by the subjectPublicKeyInfo asked about.
    private let answers = Mutex<[[UInt8]: Bool]>([:])

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
    }

    /// True when `signer`'s key verifies the signature; whether it may sign is not looked at.
    func isSigned(by signer: Certificate) -> Bool {
        guard let algorithm else { return false }
        let key = signer.publicKey.derEncoded
        if let known = answers.withLock({ $0[key] }) { return known }
        let answer =
            known.flatMap { signer.handle.verifies($0, in: bytes) }
            ?? algorithm.verification.verifies(Array(bytes[signature]), over: bytes[signed], by: signer.handle)
        answers.withLock { answers in
            // Few keys share one issuer's name; a peer that presents many must not fill the memory.
            if answers.count < Self.mostKeys { answers[key] = answer }
        }
        return answer
    }

    private static let mostKeys = 16
}
