// SPDX-License-Identifier: Apache-2.0
// Gives a ticket to a client that has been let in.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

/// A user outbound event: the client was authenticated, by the certificate it presented in the handshake.
package struct ClientAuthenticatedEvent: Sendable {
    package init() {}
}

extension TLSServerHandler {
    /// One ticket a connection, on TLS 1.3, once the client's certificate has been found valid, hooks included.
    func issueTicket(_ context: ChannelHandlerContext) {
        guard !hasIssuedTicket, state.encrypts, let tls, let policy = judge.policy, policy.issuesTickets,
            let tickets = configuration.sessionTickets, let chain = judge.presentedChain?.derEncoded,
            tls.versionName == "TLSv1.3"
        else { return }
        hasIssuedTicket = true
        let time = judge.resumed?.authenticatedAt ?? tickets.now.secondsSince1970
        guard let fingerprint = try? policy.sessionFingerprint(),
            let contents = TicketContents(policy: fingerprint, authenticatedAt: time, chain: chain)
        else { return }
        do throws(OpenSSLError) {
            try tls.issueTicket(contents: contents.bytes)
        } catch {
            configuration.logger.warning("no session ticket issued: \(error)")
        }
        sendUnsent(context)
    }
}
