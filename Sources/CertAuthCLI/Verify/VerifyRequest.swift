// SPDX-License-Identifier: Apache-2.0
// What `certauth verify` is asked, free of the command line.

package import CertAuth

/// One verification of files.
package struct VerifyRequest: Sendable {
    /// The file with the client's certificate first; further certificates in it count as presented with it.
    package var leaf: String
    /// Files of trust anchors.
    package var trust: [String] = []
    /// Files of intermediates.
    package var untrusted: [String] = []
    /// Files of CRLs.
    package var revocationLists: [String] = []
    /// Files of OCSP responses, DER.
    package var ocspResponses: [String] = []
    /// Opens PKCS #12 files.
    package var password: String?
    /// When; nil for now.
    package var time: Timestamp?
    package var purpose = PurposeArgument.client
    package var types = TypesArgument.chained
    package var pins: [CertificatePin] = []
    /// Nil asks for all certificates when CRLs or OCSP responses are given, and for none otherwise.
    package var revocation: EvidenceArgument?
    /// The path must be valid for one of these; empty demands none.
    package var policies: [OID] = []
    package var maximumIntermediates: Int?
    package var securityLevel = 2
    package var profile = ValidationProfile.rfc5280
    package var constrainsCommonNames = false

    package init(leaf: String) { self.leaf = leaf }

    /// What is checked when `revocation` does not say.
    package var effectiveRevocation: EvidenceArgument {
        if let revocation { return revocation }
        guard revocationLists.isEmpty else { return .crlAll }
        return ocspResponses.isEmpty ? .none : .ocspAll
    }
}
