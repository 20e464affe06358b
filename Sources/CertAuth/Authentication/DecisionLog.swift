// SPDX-License-Identifier: Apache-2.0
// One structured line a decision, and one counter a code.

internal import Logging
internal import Metrics

/// Writes decisions to the log and the metrics; reads nothing.
struct DecisionLog: Sendable {
    private let logger: Logger
    private let schemeName: String

    init(logger: Logger, schemeName: String) {
        self.logger = logger
        self.schemeName = schemeName
    }

    func accepted(_ client: AuthenticatedClient) {
        count("success")
        logger.debug(
            "client certificate accepted",
            metadata: metadata(client.certificate, facts: client.facts)
        )
    }

    func refused(_ failure: AuthenticationFailure, facts: ConnectionFacts) {
        count(failure.code.rawValue)
        var metadata =
            failure.trace.attempts.first?.certificates.first.map { self.metadata($0, facts: facts) }
            ?? self.metadata(facts)
        metadata["certauth.code"] = "\(failure.code)"
        metadata["certauth.reason"] = "\(failure.message)"
        if let index = failure.certificateIndex { metadata["certauth.index"] = "\(index)" }
        logger.notice("client certificate refused", metadata: metadata)
    }

    func hookThrew(_ hook: String, _ error: any Error) {
        logger.error(
            "a hook threw, the client stays refused",
            metadata: [
                "certauth.hook": "\(hook)", "certauth.scheme": "\(schemeName)",
                "error": "\(DisplayText.escaped(String(describing: error)))",
            ]
        )
    }

    func warnOfSystemTrust() {
        logger.warning(
            "trust is the system's roots and no onCertificateValidated decides: every client with a certificate of any public authority is let in",
            metadata: ["certauth.scheme": "\(schemeName)"]
        )
    }

    /// Names every option that is looser than its default.
    func warnOfLoosened(_ options: CertificateAuthenticationOptions) {
        var loosened: [String] = []
        if !options.validateCertificateUse { loosened.append("validateCertificateUse is false") }
        if !options.validateValidityPeriod { loosened.append("validateValidityPeriod is false") }
        if options.revocationMode == .noCheck { loosened.append("revocationMode is noCheck") }
        if options.revocationFlag == .endCertificateOnly { loosened.append("revocationFlag is endCertificateOnly") }
        if options.unknownRevocation == .allow { loosened.append("unknownRevocation is allow") }
        let answers = options.revocation.unknownAnswers.filter { $0.value != .deny }
        if !answers.isEmpty {
            let kinds = answers.keys.map(\.rawValue).sorted().joined(separator: ", ")
            loosened.append("revocation.unknownAnswers lets \(kinds) pass")
        }
        if options.revocation.acceptsNoRevocationAvailable {
            loosened.append("revocation.acceptsNoRevocationAvailable is true")
        }
        if options.revocation.shortLivedValidity != nil { loosened.append("revocation.shortLivedValidity is set") }
        if options.revocation.responderRevocation == .onlyIfRevoked {
            loosened.append("revocation.responderRevocation is onlyIfRevoked")
        }
        if options.insecurelyAcceptAnySelfSigned { loosened.append("insecurelyAcceptAnySelfSigned is true") }
        guard !loosened.isEmpty else { return }
        logger.notice(
            "options looser than the defaults",
            metadata: ["certauth.scheme": "\(schemeName)", "certauth.options": "\(loosened.joined(separator: ", "))"]
        )
    }

    private func count(_ code: String) {
        Counter(label: "certauth.verdicts", dimensions: [("code", code), ("scheme", schemeName)]).increment()
    }

    private func metadata(_ facts: ConnectionFacts) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["certauth.scheme": "\(schemeName)"]
        if let peer = facts.peerAddress { metadata["certauth.peer"] = "\(peer)" }
        if let name = facts.serverName { metadata["certauth.sni"] = "\(DisplayText.escaped(name))" }
        return metadata
    }

    private func metadata(_ certificate: Certificate, facts: ConnectionFacts) -> Logger.Metadata {
        var metadata = metadata(facts)
        metadata["certauth.subject"] = "\(certificate)"
        metadata["certauth.issuer"] = "\(DisplayText.escaped(certificate.issuer.rfc4514))"
        metadata["certauth.serial"] = "\(certificate.serialNumber)"
        metadata["certauth.sha256"] = "\(certificate.sha256Thumbprint)"
        return metadata
    }
}
