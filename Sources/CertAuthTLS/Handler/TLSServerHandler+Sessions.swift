// SPDX-License-Identifier: Apache-2.0
// Allows an admitted client to resume its session.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

/// A user outbound event: the client was authenticated by the certificate that it presented in the handshake.
package struct ClientAuthenticatedEvent: Sendable {
    package init() {}
}

/// A user outbound event: the client was refused, and its connection may stay open.
struct ClientRefusedEvent: Sendable {}

extension TLSServerHandler {
    /// Releases the certificates of a client that was refused. In OpenSSL's parsed form they take fifty times their
    /// size.
    func dropCertificates() {
        validator.dropCertificates()
        tls?.dropPeerCertificates()
    }

    /// Releases the certificates of a client whose connection ends, while it lingers.
    func forgetCertificates() {
        candidate = nil
        validator.forgetCertificates()
        tls?.dropPeerCertificates()
    }

    /// Whether the connection keeps the client's certificates as presented. Must be read on the event loop.
    package var keepsPresentedChain: Bool { validator.presentedChain != nil || candidate != nil }

    /// The number of the client's certificates that OpenSSL keeps in parsed form. Must be read on the event loop.
    package var keptPeerCertificates: Int { tls?.keptPeerCertificates ?? 0 }

    /// Issues the only ticket of a TLS 1.3 connection, once the client's certificate was accepted, including by hooks.
    func issueTicket(_ context: ChannelHandlerContext) {
        guard state.mayIssueTicket, let tls, let policy = validator.policy, policy.issuesTickets,
            let tickets = configuration.sessionTickets, tls.versionName == "TLSv1.3", state.beginTicket()
        else { return }
        guard let contents = validator.contents(at: tickets.now) else { return }
        do throws(OpenSSLError) {
            try tls.issueTicket(contents: contents.bytes)
        } catch {
            configuration.logger.warning("no session ticket issued: \(error)")
        }
        sendUnsent(context)
    }

    /// Stores the session of a full TLS 1.2 handshake, for a client that accepts no tickets.
    func keepSession() {
        guard let tls, validator.policy?.keepsSessions == true, let cache = configuration.sessionCache,
            let contents = validator.contents(at: cache.now)
        else { return }
        do throws(OpenSSLError) {
            guard let session = try tls.sessionToKeep(contents: contents.bytes) else { return }
            cache.keep(session.encoded, for: session.identifier)
        } catch {
            configuration.logger.warning("session not stored: \(error)")
        }
    }

    /// Prevents the session of a failed connection from being resumed.
    ///
    /// - Source: RFC 5246 section 7.2.2.
    func forgetSession() {
        guard let cache = configuration.sessionCache, let identifier = tls?.sessionIdentifier else { return }
        cache.forget(identifier)
    }
}
