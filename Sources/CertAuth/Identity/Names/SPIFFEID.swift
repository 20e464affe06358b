// SPDX-License-Identifier: Apache-2.0

/// A SPIFFE ID: a trust domain and a path in it.
///
/// Only the canonical spelling is accepted, so two IDs are the same exactly if their texts are equal: no upper case in
/// scheme and trust domain, no port, no percent-encoding, no empty or dot segment.
///
/// SPIFFE-ID §2; X.509-SVID §2 to §5.
public struct SPIFFEID: Sendable, Hashable {
    /// The trust domain, for example `example.org`.
    public let trustDomain: String
    /// The segments of the path; empty for the trust domain itself.
    public let path: [String]

    /// The maximum length of the text in bytes (SPIFFE-ID §2.3).
    package static let longestText = 2048
    /// The maximum length of the trust domain in bytes (SPIFFE-ID §2.1).
    package static let longestTrustDomain = 255
    package static let prefix = "spiffe://"

    /// Parses `spiffe://trust-domain/path`. Nil for anything that the standard does not permit.
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
    /// The SPIFFE IDs in the URIs, in lower case, even if the certificate may not name a workload.
    package var possibleSPIFFEIDs: [SPIFFEID] {
        subjectAlternativeNames.compactMap { if case .uri(let text) = $0 { SPIFFEID(text.lowercased()) } else { nil } }
    }

    /// The workload that this certificate identifies, by the rules of an X.509-SVID's leaf.
    ///
    /// Nil unless the certificate has exactly one URI in its alternative names, the URI is a SPIFFE ID with a path, and
    /// the certificate is not a CA certificate. Whether the CA may issue for the trust domain is not checked here.
    public var spiffeID: SPIFFEID? {
        let uris = subjectAlternativeNames.compactMap { if case .uri(let text) = $0 { text } else { nil } }
        guard uris.count == 1, let identifier = SPIFFEID(uris[0]), !identifier.path.isEmpty else { return nil }
        guard !isCertificateAuthority, keyUsage?.isDisjoint(with: [.keyCertSign, .cRLSign]) ?? true else { return nil }
        return identifier
    }
}
