// SPDX-License-Identifier: Apache-2.0
// What a cached verdict is about.

internal import CertAuthOpenSSL

/// Policy, source and the whole presented chain, as one digest computed before anything is parsed.
public struct ValidationCacheKey: Sendable, Hashable {
    /// 32 bytes: SHA-256 over fingerprint, source and the length-prefixed digests of all certificates.
    public let bytes: [UInt8]
    /// SHA-256 of each presented certificate, the client's own first: entries can be dropped by certificate.
    public let certificateDigests: [[UInt8]]

    /// - Throws: `Finding` with code `internal` when OpenSSL cannot hash.
    package init(policy: PolicyFingerprint, chain: PresentedChain) throws(Finding) {
        // Names and prefixes of the encoding below and the policy's bytes, then one digest a certificate.
        var encoding = CanonicalEncoding(domain: "CertAuth verdict 1", capacity: 192 + chain.derEncoded.count * 40)
        encoding.append("policy", policy.bytes)
        switch chain.source {
        case .tls: encoding.append("source", "tls")
        case .offline: encoding.append("source", "offline")
        case .forwarded(let dialect, let isVerified):
            encoding.append("source", "forwarded")
            encoding.append("dialect", dialect)
            encoding.append("verified", isVerified)
        }
        do throws(OpenSSLError) {
            var digests: [[UInt8]] = []
            digests.reserveCapacity(chain.derEncoded.count)
            for certificate in chain.derEncoded { digests.append(try DigestAlgorithm.sha256.digest(certificate)) }
            encoding.append("chain", list: digests)
            certificateDigests = digests
            bytes = try DigestAlgorithm.sha256.digest(encoding.bytes)
        } catch {
            throw Finding(.internalError, at: nil, "the chain could not be hashed: \(error)")
        }
    }

    /// Equal when the digest is equal.
    public static func == (left: ValidationCacheKey, right: ValidationCacheKey) -> Bool { left.bytes == right.bytes }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) {
        // The first bytes of a digest are as evenly spread as all of them.
        bytes.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(8))) }
    }
}
