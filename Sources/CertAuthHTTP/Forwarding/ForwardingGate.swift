// SPDX-License-Identifier: Apache-2.0
// Finds out whose certificate a request is about before anybody looks at the request.

package import CertAuth
package import CertAuthTLS
package import HTTPTypes
package import Logging

/// One request with what came with it.
package struct ArrivedRequest: Sendable {
    var head: HTTPRequest
    let body: [UInt8]
    var trailers: HTTPFields = [:]
    let peer: ConnectionPeer
    let connection: ClientCertificateConnection

    package init(
        head: HTTPRequest,
        body: [UInt8],
        trailers: HTTPFields = [:],
        peer: ConnectionPeer,
        connection: ClientCertificateConnection
    ) {
        self.head = head
        self.body = body
        self.trailers = trailers
        self.peer = peer
        self.connection = connection
    }
}

/// A request whose client is settled: the connection's own, or the one a proxy speaks for.
package struct SettledRequest: Sendable {
    /// Without any forwarding header.
    package var head: HTTPRequest
    /// Knows nothing of the proxy's own certificate when a proxy speaks.
    package let connection: ClientCertificateConnection
    /// The result, where it is settled too.
    package var result: AuthenticationResult?
    /// The header the answer depends on.
    package var variesBy: String?
}

/// Applies forwarding to requests.
package struct ForwardingGate: Sendable {
    let forwarding: CertificateForwarding
    /// Judges where the connection has no authenticator of its own: without TLS.
    let authenticator: CertificateAuthenticator
    /// Whether it judges on all other connections too.
    package var judgesByItself = false
    let logger: Logger

    package init(forwarding: CertificateForwarding, authenticator: CertificateAuthenticator, logger: Logger) {
        self.forwarding = forwarding
        self.authenticator = authenticator
        self.logger = logger
    }

    /// Settles the client of a request, or throws why the request is refused as a whole.
    package func settle(_ request: ArrivedRequest) async throws(ForwardingError) -> SettledRequest {
        let decision = forwarding.decide(
            ForwardingRequest(
                fields: request.head.headerFields.map { HeaderField($0.name.rawName, $0.value) },
                trailers: request.trailers.map { HeaderField($0.name.rawName, $0.value) },
                peer: request.peer,
                presentedChain: request.connection.presentedChain
            )
        )
        var head = request.head
        var hasOtherDialects = false
        head.headerFields = HTTPFields(
            head.headerFields.filter { field in
                guard forwarding.removes(field.name.rawName) else { return true }
                hasOtherDialects = hasOtherDialects || forwarding.isOfAnotherDialect(field.name.rawName)
                return false
            }
        )
        let facts = request.connection.facts
        // The one of the server's name: a Host with another policy has been answered 421.
        let authenticator = judgesByItself ? authenticator : request.connection.authenticator ?? authenticator
        switch decision {
        case .direct:
            if head.headerFields.count != request.head.headerFields.count {
                let line = "forwarding headers of an untrusted peer removed"
                logRemoval(from: request, line, authenticator, where: forwarding.removes)
            }
            return SettledRequest(head: head, connection: request.connection)
        case .forwarded(let certificate, let isSecure):
            if hasOtherDialects { logOtherDialects(of: request, authenticator) }
            return await settle(head, certificate, isSecure: isSecure, request.connection, authenticator)
        case .failed(let error):
            if hasOtherDialects { logOtherDialects(of: request, authenticator) }
            let connection = connection(nil, facts, request.connection.mode, authenticator: nil)
            return SettledRequest(
                head: head,
                connection: connection,
                result: await authenticator.refuse(error, facts: facts),
                variesBy: forwarding.dialect.headers[0]
            )
        case .rejected(let error):
            _ = await authenticator.refuse(error, facts: facts)
            throw error
        }
    }

    private func logOtherDialects(of request: ArrivedRequest, _ authenticator: CertificateAuthenticator) {
        let line = "forwarding headers of another dialect removed"
        logRemoval(from: request, line, authenticator, where: forwarding.isOfAnotherDialect)
    }

    /// Logs the names of removed headers, at a bounded rate: clients decide how often they send such headers.
    private func logRemoval(
        from request: ArrivedRequest,
        _ line: String,
        _ authenticator: CertificateAuthenticator,
        where isRemoved: (String) -> Bool
    ) {
        guard let suppressed = authenticator.linesSuppressed(before: line) else { return }
        var metadata = metadata(request.connection.facts)
        let removed = request.head.headerFields.map(\.name.rawName).filter(isRemoved)
        let names = removed.prefix(8).map { DisplayText.escaped($0, limit: 64) }
        metadata["certauth.headers"] = "\(names.joined(separator: ", "))"
        if suppressed > 0 { metadata["certauth.suppressed"] = "\(suppressed)" }
        logger.notice("\(line)", metadata: metadata)
    }

    private func settle(
        _ head: HTTPRequest,
        _ certificate: ForwardedCertificate?,
        isSecure: Bool,
        _ proxy: ClientCertificateConnection,
        _ authenticator: CertificateAuthenticator
    ) async -> SettledRequest {
        var head = head
        head.scheme = isSecure ? "https" : "http"
        // Name, protocol and version of TLS are those of the hop, not the client's.
        let facts = ConnectionFacts(isSecure: isSecure, peerAddress: proxy.facts.peerAddress)
        if !isSecure, certificate != nil {
            logger.warning(
                "a certificate was forwarded for a request that is not HTTPS by the proxy's word",
                metadata: metadata(facts)
            )
        }
        var settled = SettledRequest(
            head: head,
            connection: connection(certificate?.presented, facts, proxy.mode, authenticator: authenticator),
            variesBy: forwarding.dialect.headers[0]
        )
        if forwarding.insecurelyTrustsProxyVerdict, case .verified(let chain)? = certificate {
            settled.result = await authenticator.insecurelyAuthenticate(trusting: chain, facts: facts)
        }
        return settled
    }

    private func connection(
        _ chain: PresentedChain?,
        _ facts: ConnectionFacts,
        _ mode: ClientCertificateMode,
        authenticator: CertificateAuthenticator?
    ) -> ClientCertificateConnection {
        ClientCertificateConnection(
            mode: mode,
            presentedChain: chain,
            facts: facts,
            cipherSuite: nil,
            authenticator: authenticator
        )
    }

    private func metadata(_ facts: ConnectionFacts) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["certauth.dialect": "\(forwarding.dialect.name)"]
        if let peer = facts.peerAddress { metadata["certauth.peer"] = "\(peer)" }
        return metadata
    }
}
