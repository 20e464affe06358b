// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The identity of a set of revocation statements: a digest over the digests of its CRLs and OCSP responses.
///
/// Two sets of the same statements have the same generation, in every process. A verdict is valid only for the
/// generation that it is based on.
public struct EvidenceGeneration: Sendable, Hashable {
    // Four words: a copy allocates nothing, and a comparison reads 32 bytes.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    /// The generation of no evidence.
    package static let none = EvidenceGeneration()

    private init() {}

    /// The generation of the statements with these digests, in any order.
    package init(of digests: [[UInt8]]) {
        self.init(ofSorted: digests.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 })
    }

    /// The generation of the statements with these digests, one after another in ascending order.
    init(ofSorted digests: [UInt8]) {
        guard !digests.isEmpty else {
            self = .none
            return
        }
        self.init(hashing: digests)
    }

    /// The generation of this evidence combined with `other` and with the statements of these digests.
    func joined(with other: EvidenceGeneration, _ digests: [[UInt8]]) -> EvidenceGeneration {
        guard other != .none || !digests.isEmpty else { return self }
        return EvidenceGeneration(hashing: bytes + other.bytes + EvidenceGeneration(of: digests).bytes)
    }

    private var bytes: [UInt8] {
        [first, second, third, fourth].flatMap(\.bigEndianBytes)
    }

    private init(hashing bytes: [UInt8]) {
        do throws(OpenSSLError) {
            let digest = try DigestAlgorithm.sha256.digest(bytes)
            let words = stride(from: 0, to: 32, by: 8).map { start in
                digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
            }
            (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
        } catch {
            // Without a digest it must equal no other generation, so that no verdict is reused.
            var generator = SystemRandomNumberGenerator()
            (first, second, third) = (generator.next(), generator.next(), generator.next())
        }
    }
}
