// SPDX-License-Identifier: Apache-2.0
// One address that could say something about one certificate.

/// Where a statement about revocation may be had.
public struct EvidenceSource: Sendable, Hashable {
    /// What is there.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A CRL, good for many certificates.
        case revocationList = "crl"
        /// An OCSP responder, asked about one certificate at a time.
        case responder = "ocsp"
    }

    /// What is there.
    public let kind: Kind
    /// The address as the certificate or the operator wrote it; it may be no URL at all.
    public let address: String

    /// Names a source.
    package init(_ kind: Kind, at address: String) {
        self.kind = kind
        self.address = address
    }
}

extension EvidenceSource {
    /// The sources for one certificate, in the order in which they are asked.
    ///
    /// What the operator configured comes before what the certificate names. Each kind keeps room for the other when
    /// there are more than `limit`.
    static func sources(
        of certificate: Certificate,
        configured: RevocationSourceOptions,
        order: RevocationSourceOrder,
        limit: Int
    ) -> [EvidenceSource] {
        let named = RevocationSources(of: certificate)
        let lists = unique(configured.revocationListAddresses + named.revocationLists.flatMap { $0 })
            .map { EvidenceSource(.revocationList, at: $0) }
        let responders = unique(configured.responderAddresses + named.responders)
            .map { EvidenceSource(.responder, at: $0) }
        let (first, second) = order == .ocspFirst ? (responders, lists) : (lists, responders)
        let room = max(limit - second.count, (limit + 1) / 2)
        let chosen = first.prefix(room)
        let rest = second.prefix(max(0, limit - chosen.count))
        guard order == .both else { return Array(chosen) + Array(rest) }
        var alternating: [EvidenceSource] = []
        for index in 0..<max(chosen.count, rest.count) {
            if index < chosen.count { alternating.append(chosen[index]) }
            if index < rest.count { alternating.append(rest[index]) }
        }
        return alternating
    }

    private static func unique(_ addresses: [String]) -> [String] {
        var seen: Set<String> = []
        return addresses.filter { seen.insert($0).inserted }
    }
}
