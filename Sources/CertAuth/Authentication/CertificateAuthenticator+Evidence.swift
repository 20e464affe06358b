// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// The CRLs and OCSP responses in force. Setting them never replaces newer evidence by older.
    ///
    /// An older CRL or response does not replace a newer one of the same signer. A CRL that is missing from the new
    /// value stays in force, and so does a response whose status is not good. The log and the metric
    /// `certauth.evidence_notices` report both. Use `insecurelyReplaceRevocationEvidence(with:)` to restore older
    /// evidence.
    ///
    /// Cached verdicts that are based on other evidence become void, and the clients of open connections are validated
    /// again. After a reload, the authenticator that replaced this one receives the evidence too, and this one uses the
    /// same.
    public var revocationEvidence: RevocationEvidence {
        get { verdicts.givenEvidence.current }
        set {
            verdicts.givenEvidence.advance(to: newValue)
            // Requests that wait in a replaced authenticator compare the evidence again.
            verdicts.forWholeFamily { $0.conditions.countChange() }
        }
    }

    /// Puts `evidence` in force as it is, even if it contains older CRLs or lacks current ones.
    ///
    /// A client whose revocation only the former evidence shows is accepted again. Use it after a CA has withdrawn a
    /// CRL, or in tests.
    public func insecurelyReplaceRevocationEvidence(with evidence: RevocationEvidence) {
        verdicts.givenEvidence.replace(with: evidence)
    }

    /// Stores the CRLs in force in the folder at `path`, so that a restart does not restore older ones either. The folder is
    /// created if it does not exist, accessible only to its owner.
    ///
    /// The CRLs in the folder come into force in addition to the evidence given so far, by the same rules: an older CRL
    /// in the folder is ignored, and a forged one has no effect. Call this before the first client connects. It reads
    /// files, and each later change of the evidence writes files.
    ///
    /// - Throws: `ConfigurationError` if the folder cannot be created or is not a folder.
    public func rememberRevocationLists(inFolder path: String) throws(ConfigurationError) {
        rememberRevocationLists(in: try RevocationListFolder(path: path))
    }

    /// The evidence that is held about `certificate`: what was given, and what was fetched.
    package func heldEvidence(about certificate: Certificate) -> RevocationEvidence {
        verdicts.evidence(about: [certificate.sha256Thumbprint.bytes]).evidence()
    }

    /// The same with an opened folder.
    package func rememberRevocationLists(in folder: RevocationListFolder) {
        verdicts.givenEvidence.remember(in: folder)
    }
}
