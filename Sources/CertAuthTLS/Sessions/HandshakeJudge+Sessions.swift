// SPDX-License-Identifier: Apache-2.0
// Which sessions a client may take up, and what is kept of its own.

import CertAuth
import CertAuthOpenSSL

/// A session that was found good while the ClientHello was being read.
struct AcceptedSession {
    let bytes: [UInt8]
    let contents: TicketContents
    let chain: PresentedChain
    let verdict: VerdictRecord
}

extension HandshakeJudge {
    /// Answers OpenSSL whether a session may be used: its policy must be this one as of now, and its chain valid still.
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

    /// What a TLS 1.2 ticket holds; nil unless the verdict in the handshake was the last word.
    ///
    /// Asked once the client's Finished is verified. Hooks would speak later, and so would evidence that is fetched.
    func earlyTicket() -> [UInt8]? {
        guard let policy, policy.issuesEarlyTickets, let verdict, verdict.isFinal, case .accepted = verdict.verdict,
            resumed == nil, let tickets = policies.configuration.sessionTickets
        else { return nil }
        return contents(at: tickets.now)?.bytes
    }

    /// What a session of this client holds that begins, or began, at `now`; nil for a chain that is too long.
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
