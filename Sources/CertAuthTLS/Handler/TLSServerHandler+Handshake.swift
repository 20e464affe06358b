// SPDX-License-Identifier: Apache-2.0
// From the first ClientHello to the client's admission.

import CertAuth
import CertAuthOpenSSL
import NIOCore
import NIOTLS

extension TLSServerHandler {
    func start(_ context: ChannelHandlerContext) {
        guard state.start() else { return }
        do throws(OpenSSLError) {
            let tls = try TLSConnection(context: validator.policies.entrance)
            tls.contextSelection = { [validator] in validator.context(for: $0) }
            tls.sessionDecision = { [validator] in validator.accepts($0, $1) }
            tls.earlyTicket = { [validator] in validator.earlyTicket() }
            tls.presentedScreening = { [validator] in validator.screen($0) }
            tls.chainDecision = { [validator] in validator.decide(on: $0) }
            self.tls = tls
        } catch {
            fail(.protocolFailure(reason: error.description, sentAlert: nil, receivedAlert: nil), context)
            return
        }
        let limits = configuration.limits
        // The header of a load balancer is part of the handshake's time.
        let start = openedAt ?? context.eventLoop.now
        limitHandshake(until: start + TimeAmount(limits.unattendedTimeout), context)
        if limits.handshakeTimeout > limits.unattendedTimeout {
            patience = start + TimeAmount(limits.handshakeTimeout)
        }
        context.read()
    }

    private func limitHandshake(until end: NIODeadline, _ context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(deadline: end) { [weak self] in
            guard let self, let context = self.context else { return }
            self.fail(.timedOut, context)
        }
    }

    /// Moves the deadline once a ClientHello has selected a policy that asks for a certificate, because a person may
    /// have to choose it.
    private func extendDeadlineForPerson(_ context: ChannelHandlerContext) {
        guard let patience, let policy = validator.policy else { return }
        self.patience = nil
        guard policy.mode == .allow || policy.mode == .require, let deadline,
            let wait = server.humanWaits.begin(most: configuration.limits.patientConnections)
        else { return }
        humanWait = wait
        deadline.cancel()
        limitHandshake(until: patience, context)
    }

    func continueHandshake(_ context: ChannelHandlerContext) {
        guard let tls else { return }
        let outcome = tls.handshake()
        sendUnsent(context)
        switch outcome {
        case .complete: handshakeDidComplete(tls, context)
        case .wantsMoreInput: extendDeadlineForPerson(context)
        case .closed: fail(.endedByPeer, context)
        case .failed(let failure):
            fail(explanation(of: failure), context)
            // Its alert has been taken. The message of a refused client, which OpenSSL holds, is not needed while the
            // connection lingers.
            self.tls = nil
        }
    }

    private func explanation(of failure: TLSFailure) -> TLSServerError {
        let alert = failure.sentAlert?.description
        if let refusal = validator.refusal(alert: alert) { return refusal }
        if let name = validator.refusedName { return .serverNameRefused(name: name, alert: alert) }
        if failure.isMissingCertificate {
            let requested = validator.policy?.requestedAuthorities.map { "; \($0.sentence)" } ?? ""
            return .certificateRefused(
                code: .noCertificate,
                message: "the client presented no certificate, but mode 'require' needs one\(requested)",
                alert: alert
            )
        }
        if tls?.isOversizedChain(failure) == true {
            let limit = configuration.limits.presentedBytes
            let message = "more than \(limit) bytes of certificates presented (limits.presentedBytes)"
            return .certificateRefused(code: .limitExceeded, message: message, alert: alert)
        }
        return .protocolFailure(
            reason: misplaced == .proxy ? misplacedProxyHeader : sentence(of: failure),
            sentAlert: alert,
            receivedAlert: failure.receivedAlert?.description
        )
    }

    private var misplacedProxyHeader: String {
        configuration.proxyProtocol == nil
            ? MisplacedProtocol.proxy.sentence(expected: "a TLS handshake")
                + ", or name the load balancer in proxyProtocol"
            : MisplacedProtocol.secondProxyHeader
    }

    private func handshakeDidComplete(_ tls: TLSConnection, _ context: ChannelHandlerContext) {
        guard let policy = validator.policy else {
            // Finished requires a ClientHello that selected a policy. Any other client is refused.
            fail(.serverNameRefused(name: tls.clientHello?.serverName, alert: nil), context)
            return
        }
        // A resumed session without an accepted chain was not issued by this server.
        guard !tls.isResumed || tls.resumedContents.map({ validator.resume($0) }) == true else {
            let reason = "the resumed session contains no valid client certificate"
            fail(.protocolFailure(reason: reason, sentAlert: nil, receivedAlert: nil), context)
            return
        }
        let origin = origin(context)
        var facts = ConnectionFacts(
            isSecure: true,
            serverName: tls.clientHello?.serverName,
            peerAddress: origin.address,
            negotiatedProtocol: tls.applicationProtocol.map { ALPNIdentifier(rawValue: $0) },
            tlsVersion: ConnectionFacts.TLSVersion(rawValue: tls.versionName),
            isResumed: tls.isResumed
        )
        if validator.presentedChain == nil { facts.requestedAuthorities = policy.requestedAuthorities }
        facts.loadBalancerAddress = origin.loadBalancer
        let client = TLSChannelClient(
            policy: policy,
            policies: validator.policies,
            server: server,
            presentedChain: validator.presentedChain,
            verdict: validator.verdict,
            facts: facts,
            hasProxyHeader: announced != nil,
            cipherSuite: tls.cipherName,
            channel: context.channel
        )
        let candidate = ClientCertificateConnection(of: client)
        if validator.hasLargeUnvalidatedChain { tls.dropPeerCertificates() }
        let demands = policy.mode == .require || validator.presentedChain != nil
        let validates = policy.authenticates && policy.validation == .handshake && demands
        guard state.completeHandshake(validates: validates) else { return }
        self.candidate = candidate
        extendDeadlineForPerson(context)
        guard validates, let authentication = candidate.authentication else {
            clientWasAdmitted(isAuthenticated: false, context)
            return
        }
        ask(authentication, context)
    }

    /// Runs the full authentication, including hooks, in the connection's only task. The handshake's deadline remains
    /// in effect.
    private func ask(_ authentication: ConnectionAuthentication, _ context: ChannelHandlerContext) {
        let answer = context.eventLoop.makePromise(of: AuthenticationResult.self)
        validation = Task.begun { answer.succeed(await authentication.authenticate()) }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] result in
            guard let self, let context = self.context else { return }
            self.validationDidEnd(with: result, context)
        }
    }

    private func validationDidEnd(with result: AuthenticationResult, _ context: ChannelHandlerContext) {
        validation = nil
        refusal = result.failure
        switch state.validationDidEnd(with: result, isRequired: validator.policy?.mode == .require) {
        case .ignore: break
        case .admit(let isAuthenticated): clientWasAdmitted(isAuthenticated: isAuthenticated, context)
        case .refuse(let error): fail(error, context)
        }
    }

    private func clientWasAdmitted(isAuthenticated: Bool, _ context: ChannelHandlerContext) {
        humanWait = nil
        deadline?.cancel()
        deadline = nil
        guard let admitted = candidate else { return }
        candidate = nil
        connection = admitted
        TLSMetrics.handshakes.increment(admitted.facts.isResumed ? "resumed" : "full")
        context.fireUserInboundEventTriggered(admitted)
        let negotiated = admitted.facts.negotiatedProtocol?.rawValue
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: negotiated))
        if isAuthenticated {
            issueTicket(context)
            keepSession()
        }
        tls?.dropPeerIssuers()
        watch(over: admitted, context)
        encryptMarkedWrites(context)
        exchange(context)
        if state.takeDeliveryWithoutBatch() { context.fireChannelReadComplete() }
        context.flush()
        if state.takeHeldRead() { context.read() }
    }
}
