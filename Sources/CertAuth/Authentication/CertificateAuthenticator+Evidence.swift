// SPDX-License-Identifier: Apache-2.0
// The revocation evidence that an application supplies.

extension CertificateAuthenticator {
    /// The CRLs and OCSP responses in force. Setting them goes forward only.
    ///
    /// An older list or response does not replace a newer one of the same signer. A list that is missing from the new
    /// value stays in force, as does a response with another status than good. The log and the metric
    /// `certauth.evidence_notices` report both. `insecurelyReplaceRevocationEvidence(with:)` goes back.
    ///
    /// Cached verdicts that are based on other evidence become void, and the clients of open connections are validated
    /// again. After a reload, the authenticator that replaced this one has the evidence, and this one uses it too.
    public var revocationEvidence: RevocationEvidence {
        get { verdicts.givenEvidence.current }
        set {
            verdicts.givenEvidence.advance(to: newValue)
            // Requests that wait in an authenticator that was replaced compare the evidence again.
            verdicts.forWholeFamily { $0.circumstances.countChange() }
        }
    }

    /// Puts `evidence` into force as it is, even if lists are older than those in force, or missing.
    ///
    /// A client whose revocation only the former evidence shows is accepted again. Use it after an authority has withdrawn
    /// a list, or in tests.
    public func insecurelyReplaceRevocationEvidence(with evidence: RevocationEvidence) {
        verdicts.givenEvidence.replace(with: evidence)
    }

    /// Remembers the lists in force in `folder`, so that a restart does not go back either.
    ///
    /// The lists in the folder come into force beside the evidence given so far, by the same rules: an older list of the
    /// folder is ignored, and a forged one changes nothing. Call it before the first client arrives. It reads files, as
    /// does each later change of the evidence.
    public func rememberRevocationLists(in folder: RevocationListFolder) {
        verdicts.givenEvidence.remember(in: folder)
    }
}
