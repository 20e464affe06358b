// SPDX-License-Identifier: Apache-2.0
// What is known about revocation at one moment.

internal import CertAuthOpenSSL

/// An immutable set of revocation lists that the operator gave; reading one from a file does not make it trusted.
public struct RevocationEvidence: Sendable {
    /// Every list, in the order given.
    public let revocationLists: [CertificateRevocationList]
    /// Changes whenever the lists do; verdicts in a cache are bound to it.
    package let generation: [UInt8]

    private let byIssuer: [[UInt8]: [CertificateRevocationList]]

    /// Knows nothing.
    public static let none = RevocationEvidence(revocationLists: [])

    /// Takes the given lists.
    public init(revocationLists: [CertificateRevocationList]) {
        self.revocationLists = revocationLists
        byIssuer = Dictionary(grouping: revocationLists) { $0.issuer.canonical }
        generation = revocationLists.map(\.fingerprint.bytes).sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
    }

    /// The lists whose issuer is `name`.
    func lists(issuedBy name: DistinguishedName) -> [CertificateRevocationList] { byIssuer[name.canonical] ?? [] }
}
