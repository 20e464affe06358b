// SPDX-License-Identifier: Apache-2.0
// The name of a workload.

/// A SPIFFE ID: a trust domain and a path in it.
///
/// Only the one spelling that the standard permits is read, so that two texts are the same name exactly when they are
/// equal: no upper case in scheme and trust domain, no port, no percent encoding, no empty or dotted segment.
///
/// - Source: SPIFFE-ID §2; X.509-SVID §2 to §5.
public struct SPIFFEID: Sendable, Hashable {
    /// The trust domain, for instance `example.org`.
    public let trustDomain: String
    /// The segments of the path; empty for the trust domain itself.
    public let path: [String]

    /// The longest text accepted, in bytes (SPIFFE-ID §2.3).
    package static let longestText = 2048
    /// The longest trust domain, in bytes (SPIFFE-ID §2.1).
    package static let longestTrustDomain = 255
    package static let prefix = "spiffe://"

    /// Reads `spiffe://trust-domain/path`; nil for anything that the standard does not permit.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longestText, text.utf8.starts(with: Self.prefix.utf8) else { return nil }
        let parts = text.utf8.dropFirst(Self.prefix.utf8.count).split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        guard let domain = parts.first, Self.isTrustDomain(domain) else { return nil }
        let segments = parts.dropFirst()
        guard segments.allSatisfy(Self.isSegment) else { return nil }
        trustDomain = String(decoding: domain, as: UTF8.self)
        path = segments.map { String(decoding: $0, as: UTF8.self) }
    }

    package static func isTrustDomain(_ bytes: some Collection<UInt8>) -> Bool {
        guard (1...longestTrustDomain).contains(bytes.count) else { return false }
        return bytes.allSatisfy { isNameByte($0) && !$0.isASCIIUppercase }
    }

    package static func isSegment(_ bytes: some Collection<UInt8>) -> Bool {
        guard !bytes.isEmpty, !bytes.elementsEqual(".".utf8), !bytes.elementsEqual("..".utf8) else { return false }
        return bytes.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || ".-_".utf8.contains(byte) }
}

extension SPIFFEID: CustomStringConvertible {
    /// `spiffe://trust-domain/path`.
    public var description: String { Self.prefix + ([trustDomain] + path).joined(separator: "/") }
}

extension Certificate {
    /// The SPIFFE IDs among the URIs, in lower case and whether or not the certificate may name a workload.
    package var possibleSPIFFEIDs: [SPIFFEID] {
        subjectAlternativeNames.compactMap { if case .uri(let text) = $0 { SPIFFEID(text.lowercased()) } else { nil } }
    }

    /// The workload that this certificate names by the rules of an X.509-SVID's leaf.
    ///
    /// Nil unless the certificate has exactly one URI among its alternative names, which is a SPIFFE ID with a path, and
    /// is no certification authority. Which authority may speak for the trust domain is not asked here.
    public var spiffeID: SPIFFEID? {
        let uris = subjectAlternativeNames.compactMap { if case .uri(let text) = $0 { text } else { nil } }
        guard uris.count == 1, let identifier = SPIFFEID(uris[0]), !identifier.path.isEmpty else { return nil }
        guard !isCertificateAuthority, keyUsage?.isDisjoint(with: [.keyCertSign, .cRLSign]) ?? true else { return nil }
        return identifier
    }
}
