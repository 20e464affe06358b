// SPDX-License-Identifier: Apache-2.0
// Decides which sessions a client may resume, and what a new session contains.

import CertAuth
import CertAuthOpenSSL

/// A session that was accepted while the ClientHello was processed.
struct AcceptedSession {
    let bytes: [UInt8]
    let contents: TicketContents
    let chain: PresentedChain
    let verdict: VerdictRecord
}

extension HandshakeValidator {
    /// Returns whether OpenSSL may resume a session: its policy must equal the current one, and its chain must be
    /// valid.
    func accepts(_ form: SessionForm, _ bytes: [UInt8]) -> Bool {
        accepted = nil
        guard let policy, let authenticator = policy.authenticator, let lifetime = lifetime(of: form),
            let contents = TicketContents(bytes: bytes), (try? policy.sessionFingerprint()) == contents.policy
        else { return false }
        let age = lifetime.now.secondsSince1970 - contents.authenticatedAt
        guard age >= 0, age < lifetime.seconds, let chain = contents.presentedChain else { return false }
        let verdict = authenticator.verdictByHeldEvidence(on: chain)
        guard case .accepted = verdict.verdict else { return false }
        accepted = AcceptedSession(bytes: bytes, contents: contents, chain: chain, verdict: verdict)
        return true
    }

    /// The contents of a TLS 1.2 ticket; nil unless the verdict in the handshake is final.
    ///
    /// It is called once the client's Finished is verified. A hook, or evidence that must be fetched, would decide
    /// later.
    func earlyTicket() -> [UInt8]? {
        guard let policy, policy.issuesEarlyTickets, let verdict, verdict.isFinal, case .accepted = verdict.verdict,
            resumed == nil, let tickets = policies.configuration.sessionTickets
        else { return nil }
        return contents(at: tickets.now)?.bytes
    }

    /// The contents of this client's session at `now`; nil without a chain or if the chain is too long.
    func contents(at now: Timestamp) -> TicketContents? {
        guard let policy, let chain = presentedChain?.derEncoded,
            let fingerprint = try? policy.sessionFingerprint()
        else { return nil }
        let time = resumed?.authenticatedAt ?? now.secondsSince1970
        return TicketContents(policy: fingerprint, authenticatedAt: time, chain: chain)
    }

    private func lifetime(of form: SessionForm) -> (now: Timestamp, seconds: Int64)? {
        switch form {
        case .ticket:
            guard policy?.issuesTickets == true else { return nil }
            return policies.configuration.sessionTickets.map { ($0.now, $0.lifetimeSeconds) }
        case .identifier:
            guard policy?.keepsSessions == true else { return nil }
            return policies.configuration.sessionCache.map { ($0.now, $0.lifetimeSeconds) }
        }
    }
}
