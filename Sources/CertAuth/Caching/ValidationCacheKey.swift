// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The key of a cached verdict: policy, source and the whole presented chain as one digest. It is computed before
/// anything is parsed.
public struct ValidationCacheKey: Sendable, Hashable {
    /// 32 bytes: SHA-256 over the fingerprint, the source and the digests of all certificates.
    package var bytes: [UInt8] { Array(encoding.suffix(Self.digestLength)) }

    /// SHA-256 of each presented certificate, the client's own first. They allow the removal of entries by certificate.
    package var certificateDigests: [[UInt8]] {
        let digests = encoding[chainStart...].dropLast(Self.digestLength)
        return stride(from: digests.startIndex, to: digests.endIndex, by: Self.digestLength).map { start in
            Array(digests[start..<start + Self.digestLength])
        }
    }

    /// The number of presented certificates.
    var certificateCount: Int { (encoding.count - chainStart) / Self.digestLength - 1 }

    /// SHA-256 of the client's own certificate.
    var leafDigest: ArraySlice<UInt8> { encoding[chainStart..<chainStart + Self.digestLength] }

    /// An equal key that takes no more memory than it needs.
    var trimmed: ValidationCacheKey { ValidationCacheKey(trimming: self) }

    private init(trimming key: ValidationCacheKey) {
        encoding = Array(key.encoding[...])
        chainStart = key.chainStart
    }

    /// Whether the certificate with this SHA-256 digest was presented.
    func names(_ digest: [UInt8]) -> Bool { certificateDigests.contains(digest) }

    private static let digestLength = 32
    private static let domain = Array("CertAuth verdict 2".utf8)

    /// The hashed bytes, followed by the digest. Both are in one array, because every request creates a key.
    private let encoding: [UInt8]
    /// The position of the digests of the certificates.
    private let chainStart: Int

    /// - Throws: `Finding` with code `internal` if OpenSSL cannot hash.
    package init(policy: PolicyFingerprint, chain: PresentedChain) throws(Finding) {
        var encoding: [UInt8] = []
        encoding.reserveCapacity(128 + chain.derEncoded.count * Self.digestLength)
        // Every part has a fixed length or is length-prefixed, so the encoding is unambiguous.
        encoding += Self.domain
        encoding += policy.bytes
        Self.append(chain.source, to: &encoding)
        chainStart = encoding.count
        do throws(OpenSSLError) {
            var digests = try DigestSequence(.sha256)
            for certificate in chain.derEncoded { try digests.append(digestOf: certificate, to: &encoding) }
            try digests.appendDigest(ofAll: &encoding)
        } catch {
            throw Finding(.internalError, at: nil, "the chain could not be hashed: \(error)")
        }
        self.encoding = encoding
    }

    private static func append(_ source: PresentedChain.Source, to encoding: inout [UInt8]) {
        switch source {
        case .tls: encoding.append(0)
        case .offline: encoding.append(1)
        case .forwarded(let dialect, let isVerified):
            encoding.append(isVerified ? 3 : 2)
            encoding += UInt64(dialect.utf8.count).bigEndianBytes
            encoding += Array(dialect.utf8)
        }
    }

    /// One byte of the digest. All of its bytes are evenly distributed.
    var spreadByte: UInt8 { encoding.last ?? 0 }

    /// Compares the hashed bytes.
    public static func == (left: ValidationCacheKey, right: ValidationCacheKey) -> Bool {
        left.encoding == right.encoding
    }

    /// Hashes the end of the digest, which is as evenly distributed as the whole.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(encoding.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
