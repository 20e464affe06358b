// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The settings of `certauth verify`, independent of the command line.
package struct VerifyRequest: Sendable {
    /// The file with the client's certificate first; its other certificates are treated as presented by the client.
    package var leaf: String
    /// Files of trust anchors.
    package var trust: [String] = []
    /// Files of intermediates.
    package var untrusted: [String] = []
    /// Files of CRLs.
    package var revocationLists: [String] = []
    /// Files of DER OCSP responses.
    package var ocspResponses: [String] = []
    /// Decrypts PKCS #12 files.
    package var password: String?
    /// The validation time; nil for now.
    package var time: Timestamp?
    package var purpose = PurposeArgument.client
    package var types = TypesArgument.chained
    package var pins: [CertificatePin] = []
    /// If nil, all certificates are checked when CRLs or OCSP responses are given, and none otherwise.
    package var revocation: EvidenceArgument?
    /// The path must be valid for one of these policies; if empty, no policy is required.
    package var policies: [OID] = []
    package var maximumIntermediates: Int?
    package var securityLevel = 2
    package var profile = ValidationProfile.rfc5280
    package var constrainsCommonNames = false

    package init(leaf: String) { self.leaf = leaf }

    /// The evidence to check, with the default applied.
    package var effectiveRevocation: EvidenceArgument {
        if let revocation { return revocation }
        guard revocationLists.isEmpty else { return .crlAll }
        return ocspResponses.isEmpty ? .none : .ocspAll
    }
}
