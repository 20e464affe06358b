// SPDX-License-Identifier: Apache-2.0
// Determines which certificate applies to a request, before any other code uses the request.

package import CertAuth
package import CertAuthTLS
package import HTTPTypes
package import Logging

/// One request with the properties of its connection.
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

/// A request whose client is determined: that of the connection, or the one that a proxy forwards.
package struct SettledRequest: Sendable {
    /// The head without any forwarding header field.
    package var head: HTTPRequest
    /// For a forwarded request, this does not contain the proxy's own certificate.
    package let connection: ClientCertificateConnection
    /// The result of the authentication, if it is also determined.
    package var result: AuthenticationResult?
    /// The header field on which the response depends.
    package var variesBy: String?

    /// Marks a response as one for this client, so that no cache serves it to another (RFC 9440 section 2.4).
    ///
    /// The proxy's own cache compares the client's request, which does not have the field that `Vary` names. Therefore the
    /// response is private too, unless the application decided otherwise.
    package func limitCaching(_ response: inout HTTPFields) {
        guard let name = variesBy.flatMap({ HTTPField.Name($0) }) else { return }
        response.append(HTTPField(name: .vary, value: name.rawName))
        if response[.cacheControl] == nil { response[.cacheControl] = "private" }
    }
}

/// Applies forwarding to requests.
package struct ForwardingGate: Sendable {
    let forwarding: CertificateForwarding
    /// Validates on connections without an authenticator, which have no TLS.
    let authenticator: CertificateAuthenticator
    /// Whether it validates on all other connections too.
    package var validatesAlone = false
    let logger: Logger

    package init(forwarding: CertificateForwarding, authenticator: CertificateAuthenticator, logger: Logger) {
        self.forwarding = forwarding
        self.authenticator = authenticator
        self.logger = logger
    }

    /// Determines the client of a request, or throws the reason for which the request is refused.
    package func settle(_ request: ArrivedRequest) async throws(RefusedForwarding) -> SettledRequest {
        let fields = request.head.headerFields.map { HeaderField($0.name.rawName, $0.value) }
        var arrived = ForwardingRequest(
            fields: fields,
            trailers: request.trailers.map { HeaderField($0.name.rawName, $0.value) },
            peer: request.peer,
            presentedChain: request.connection.presentedChain
        )
        arrived.proxyMemory = request.connection.proxyMemory
        let (decision, group) = forwarding.resolve(arrived)
        var head = request.head
        head.headerFields = HTTPFields(head.headerFields.filter { !forwarding.removes($0.name.rawName) })
        let facts = request.connection.facts
        // The authenticator of the connection's server name. A Host with another policy was already answered with 421.
        let authenticator = validatesAlone ? authenticator : request.connection.authenticator ?? authenticator
        switch decision {
        case .direct:
            if head.headerFields.count != request.head.headerFields.count {
                let removed = request.head.headerFields.map(\.name.rawName).filter(forwarding.removes)
                let names = removed.prefix(8).map { DisplayText.escaped($0, limit: 64) }.joined(separator: ", ")
                let metadata = metadata(facts, group)
                logRemoval(of: names, "forwarding headers of an untrusted peer removed", metadata, authenticator)
            }
            return SettledRequest(head: head, connection: request.connection)
        case .forwarded(let certificate, let isSecure):
            // Name, protocol and version of TLS are those of the proxy's connection, not the client's.
            var client = ConnectionFacts(isSecure: isSecure, peerAddress: facts.peerAddress)
            client.loadBalancerAddress = facts.loadBalancerAddress
            if !isSecure { client.schemeExplanation = group.schemeExplanation(of: fields) }
            if let others = reportOtherDialects(than: group, in: fields, facts, authenticator), certificate == nil {
                client.otherDialects =
                    "dialect \(group.dialect.name): no certificate in its headers, but there are \(others): "
                    + "does the proxy use another dialect than this server reads?"
            }
            return await settle(head, certificate, client, group, request.connection.mode, authenticator)
        case .failed(let error):
            _ = reportOtherDialects(than: group, in: fields, facts, authenticator)
            return SettledRequest(
                head: head,
                connection: ClientCertificateConnection(unreadableOn: request.connection.mode, facts: facts),
                result: await authenticator.refuse(error, facts: facts),
                variesBy: group.dialect.headers[0]
            )
        case .rejected(let error):
            throw RefusedForwarding(error, await authenticator.reject(error, facts: facts))
        }
    }

    /// Logs the header fields of other dialects, and returns their names with their dialects. Nil if there are none.
    private func reportOtherDialects(
        than group: ForwardingGroup,
        in fields: [HeaderField],
        _ facts: ConnectionFacts,
        _ authenticator: CertificateAuthenticator
    ) -> String? {
        guard let others = forwarding.otherDialects(than: group, in: fields) else { return nil }
        logRemoval(of: others, "forwarding headers of another dialect removed", metadata(facts, group), authenticator)
        return others
    }

    /// Logs the names of removed header fields, at a limited rate, because clients can send such fields at any rate.
    private func logRemoval(
        of names: String,
        _ line: String,
        _ metadata: LogMetadata,
        _ authenticator: CertificateAuthenticator
    ) {
        guard let suppressed = authenticator.linesSuppressed(before: line) else { return }
        let metadata = metadata.with(.headers, names).suppressing(suppressed)
        logger.notice("\(line)", metadata: metadata.values)
    }

    private func settle(
        _ head: HTTPRequest,
        _ certificate: ForwardedCertificate?,
        _ facts: ConnectionFacts,
        _ group: ForwardingGroup,
        _ mode: ClientCertificateMode,
        _ authenticator: CertificateAuthenticator
    ) async -> SettledRequest {
        var head = head
        head.scheme = facts.isSecure ? "https" : "http"
        let contradiction = "a certificate was forwarded for a request that is not HTTPS according to the proxy"
        if !facts.isSecure, certificate != nil,
            let suppressed = authenticator.linesSuppressed(before: contradiction)
        {
            logger.warning("\(contradiction)", metadata: metadata(facts, group).suppressing(suppressed).values)
        }
        let client = ConnectionAuthentication(
            authenticator: authenticator,
            chain: certificate?.presented,
            facts: facts
        )
        var settled = SettledRequest(
            head: head,
            connection: ClientCertificateConnection(forwardedOn: mode, client: client),
            variesBy: group.dialect.headers[0]
        )
        if group.insecurelyTrustsProxyVerdict, case .verified(let chain)? = certificate {
            settled.result = await authenticator.insecurelyAuthenticate(trusting: chain, facts: facts)
        }
        return settled
    }

    private func metadata(_ facts: ConnectionFacts, _ group: ForwardingGroup) -> LogMetadata {
        LogMetadata(.dialect, group.dialect.name).with(.peer, facts.peerAddress)
            .with(.loadBalancer, facts.loadBalancerAddress)
    }
}
