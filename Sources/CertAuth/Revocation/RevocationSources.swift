// SPDX-License-Identifier: Apache-2.0
// Where a certificate says that its revocation is published: what a fetcher may ask.

/// The addresses that a certificate names, in its order. Naming one does not make it allowed to be asked.
package struct RevocationSources: Sendable, Hashable {
    /// Complete CRLs; the addresses of one point are alternatives of each other.
    package let revocationLists: [[String]]
    /// Delta CRLs.
    package let deltaLists: [[String]]
    /// OCSP responders.
    package let responders: [String]

    /// Reads what `certificate` names.
    package init(of certificate: Certificate) {
        revocationLists = certificate.crlDistributionPoints.map(\.uris).filter { !$0.isEmpty }
        let freshest = certificate.extensions.first { $0.identifier == .freshestCRL }
        let points = freshest.flatMap { try? CRLDistributionPoint.list(extensionValue: $0.value) } ?? []
        deltaLists = points.map(\.uris).filter { !$0.isEmpty }
        responders = certificate.authorityInfoAccess.filter { $0.method == .accessOCSP }.compactMap {
            if case .uri(let text) = $0.location { text } else { nil }
        }
    }

    /// True when the certificate names none.
    package var isEmpty: Bool { addresses.isEmpty }

    /// All of them.
    var addresses: [String] { revocationLists.flatMap { $0 } + deltaLists.flatMap { $0 } + responders }
}
