// SPDX-License-Identifier: Apache-2.0

/// The URIs of a certificate's revocation sources, in its order. Being named does not make a URI permitted for
/// fetching.
package struct RevocationSources: Sendable, Hashable {
    /// The URIs of complete CRLs. Those of one distribution point are alternatives.
    package let revocationLists: [[String]]
    /// The URIs of delta CRLs.
    package let deltaLists: [[String]]
    /// The URIs of OCSP responders.
    package let responders: [String]

    /// Collects the sources that `certificate` names.
    package init(of certificate: Certificate) {
        revocationLists = certificate.crlDistributionPoints.map(\.uris).filter { !$0.isEmpty }
        let freshest = certificate.extensions.first { $0.identifier == .freshestCRL }
        let points = freshest.flatMap { try? CRLDistributionPoint.list(extensionValue: $0.value) } ?? []
        deltaLists = points.map(\.uris).filter { !$0.isEmpty }
        responders = certificate.authorityInfoAccess.filter { $0.method == .accessOCSP }.compactMap {
            if case .uri(let text) = $0.location { text } else { nil }
        }
    }

    /// Whether the certificate names no source.
    package var isEmpty: Bool { addresses.isEmpty }

    /// The URIs of all sources.
    var addresses: [String] { revocationLists.flatMap { $0 } + deltaLists.flatMap { $0 } + responders }
}
