// SPDX-License-Identifier: Apache-2.0
// What a cached verdict is about.

internal import CertAuthOpenSSL

/// Policy, source and the whole presented chain, as one digest computed before anything is parsed.
public struct ValidationCacheKey: Sendable, Hashable {
    /// 32 bytes: SHA-256 over fingerprint, source and the digests of all certificates.
    package var bytes: [UInt8] { Array(encoding.suffix(Self.digestLength)) }

    /// SHA-256 of each presented certificate, the client's own first: entries can be dropped by certificate.
    package var certificateDigests: [[UInt8]] {
        let digests = encoding[chainStart...].dropLast(Self.digestLength)
        return stride(from: digests.startIndex, to: digests.endIndex, by: Self.digestLength).map { start in
            Array(digests[start..<start + Self.digestLength])
        }
    }

    /// Whether the certificate with this SHA-256 digest was presented.
    func names(_ digest: [UInt8]) -> Bool { certificateDigests.contains(digest) }

    private static let digestLength = 32
    private static let domain = Array("CertAuth verdict 2".utf8)

    /// What is hashed, and the digest behind it: in one array, because every request makes a key.
    private let encoding: [UInt8]
    /// Where the digests of the certificates begin.
    private let chainStart: Int

    /// - Throws: `Finding` with code `internal` when OpenSSL cannot hash.
    package init(policy: PolicyFingerprint, chain: PresentedChain) throws(Finding) {
        var encoding: [UInt8] = []
        encoding.reserveCapacity(128 + chain.derEncoded.count * Self.digestLength)
        // Every part is of a fixed length or says how long it is, so that nothing can slide from one into the next.
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
            withUnsafeBytes(of: UInt64(dialect.utf8.count).bigEndian) { encoding.append(contentsOf: $0) }
            encoding += Array(dialect.utf8)
        }
    }

    /// One of the bytes of the digest, all of which are evenly spread.
    var spreadByte: UInt8 { encoding.last ?? 0 }

    /// Equal when what was hashed is equal.
    public static func == (left: ValidationCacheKey, right: ValidationCacheKey) -> Bool {
        left.encoding == right.encoding
    }

    /// Hashes the end of the digest, which is as evenly spread as all of it.
    public func hash(into hasher: inout Hasher) {
        encoding.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.suffix(8))) }
    }
}
