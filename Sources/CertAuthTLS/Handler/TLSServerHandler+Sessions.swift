// SPDX-License-Identifier: Apache-2.0
// Lets a client that has been let in resume its session.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

/// A user outbound event: the client was authenticated, by the certificate it presented in the handshake.
package struct ClientAuthenticatedEvent: Sendable {
    package init() {}
}

/// A user outbound event: the client was refused, and its connection may stay open.
struct ClientRefusedEvent: Sendable {}

extension TLSServerHandler {
    /// Lets go of the certificates of a client that was refused: OpenSSL's, parsed, take fifty times their bytes.
    func dropCertificates() {
        judge.dropCertificates()
        tls?.dropPeerCertificates()
    }

    /// Lets go of the certificates of a client whose connection ends, for as long as it lingers.
    func forgetCertificates() {
        candidate = nil
        judge.forgetCertificates()
        tls?.dropPeerCertificates()
    }

    /// Whether the connection keeps the client's certificates as they were presented; on the event loop.
    package var keepsPresentedChain: Bool { judge.presentedChain != nil || candidate != nil }

    /// How many of the client's certificates OpenSSL keeps, parsed; on the event loop.
    package var keptPeerCertificates: Int { tls?.keptPeerCertificates ?? 0 }

    /// One ticket a connection, on TLS 1.3, once the client's certificate has been found valid, hooks included.
    func issueTicket(_ context: ChannelHandlerContext) {
        guard state.mayIssueTicket, let tls, let policy = judge.policy, policy.issuesTickets,
            let tickets = configuration.sessionTickets, tls.versionName == "TLSv1.3", state.beginTicket()
        else { return }
        guard let contents = judge.contents(at: tickets.now) else { return }
        do throws(OpenSSLError) {
            try tls.issueTicket(contents: contents.bytes)
        } catch {
            configuration.logger.warning("no session ticket issued: \(error)")
        }
        sendUnsent(context)
    }

    /// Keeps the session of a full TLS 1.2 handshake, for a client that takes no tickets.
    func keepSession() {
        guard let tls, judge.policy?.keepsSessions == true, let cache = configuration.sessionCache,
            let contents = judge.contents(at: cache.now)
        else { return }
        do throws(OpenSSLError) {
            guard let session = try tls.sessionToKeep(contents: contents.bytes) else { return }
            cache.keep(session.encoded, for: session.identifier)
        } catch {
            configuration.logger.warning("session not kept: \(error)")
        }
    }

    /// A session whose connection broke is taken up no more.
    ///
    /// - Source: RFC 5246 section 7.2.2.
    func forgetSession() {
        guard let cache = configuration.sessionCache, let identifier = tls?.sessionIdentifier else { return }
        cache.forget(identifier)
    }
}
