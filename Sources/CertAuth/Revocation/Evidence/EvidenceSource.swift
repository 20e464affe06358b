// SPDX-License-Identifier: Apache-2.0

/// A URI from which a statement about revocation can be fetched.
package struct EvidenceSource: Sendable, Hashable {
    /// The kind of source.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A CRL, which covers many certificates.
        case revocationList = "crl"
        /// An OCSP responder, which is asked about one certificate at a time.
        case responder = "ocsp"
    }

    /// The kind of source.
    package let kind: Kind
    /// The URI as it appears in the certificate or the configuration. It may be invalid.
    package let address: String

    /// Creates a source.
    package init(_ kind: Kind, at address: String) {
        self.kind = kind
        self.address = address
    }
}

extension EvidenceSource {
    /// The sources for one certificate, in the order in which they are used.
    ///
    /// Configured sources come before those that the certificate names. If there are more than `limit`, both kinds are
    /// represented.
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
