// SPDX-License-Identifier: Apache-2.0
// Requests a certificate from an admitted client, and releases nothing until the answer.

import CertAuth
import CertAuthOpenSSL
import NIOCore

/// A request for a certificate that the client has not answered yet.
struct LateExchange {
    let answer: EventLoopPromise<PresentedChain?>
    let deadline: Scheduled<Void>
    /// Held while the client has the time of a person.
    let wait: HumanWaits.Wait?
}

extension TLSServerHandler {
    func ask(_ request: LateCertificateRequest, _ context: ChannelHandlerContext) {
        guard state.releasesPlaintext, let tls, validator.policy?.mode == .delayed else {
            request.answer.fail(LateCertificateError.connectionEnded)
            return
        }
        guard lateExchange == nil, !validator.isClosedToCertificates else {
            request.answer.fail(LateCertificateError.alreadyAsking)
            return
        }
        do throws(LateRequestDefect) {
            try tls.requestLateCertificate()
        } catch {
            sendUnsent(context)
            context.flush()
            request.answer.fail(LateCertificateError(error))
            return
        }
        validator.expectLateChain()
        let limits = configuration.limits
        let wait = server.humanWaits.begin(most: limits.patientConnections)
        let longest = wait == nil ? limits.unattendedTimeout : limits.lateCertificateTimeout
        let timeout = TimeAmount(min(limits.lateCertificateTimeout, longest))
        let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            guard let self else { return }
            self.lateTimeDidRunOut()
        }
        lateExchange = LateExchange(answer: request.answer, deadline: deadline, wait: wait)
        sendUnsent(context)
        context.flush()
        context.read()
    }

    /// Handles the outcome of a read while an answer is pending. Returns false if it ended the connection.
    func lateExchangeDidProceed(_ outcome: TLSOutcome, _ tls: TLSConnection, _ context: ChannelHandlerContext) -> Bool {
        guard let lateExchange else { return true }
        switch outcome {
        case .complete, .wantsMoreInput:
            if tls.isLateRequestAnswered {
                self.lateExchange = nil
                lateExchange.deadline.cancel()
                tls.endLateRequest()
                tls.dropPeerIssuers()
                lateExchange.answer.succeed(validator.takeLateChain())
                return true
            }
            // Plaintext before Finished is not authenticated, and the request that is being answered was already
            // complete.
            guard case .wantsMoreInput = outcome else {
                fail(.plaintextBeforeFinished, context)
                return false
            }
            return true
        case .failed(let failure) where failure.receivedAlert == .noRenegotiation:
            endLateExchange(.unsupportedByClient)
            return true
        case .failed, .closed:
            return true
        }
    }

    /// The client may still answer, but a chain that arrives after this ends the connection.
    private func lateTimeDidRunOut() {
        validator.closeToCertificates()
        endLateExchange(.timedOut)
    }

    /// Fails the pending request. Must be called whenever the connection can no longer deliver an answer.
    func endLateExchange(_ error: LateCertificateError) {
        guard let ended = lateExchange else { return }
        lateExchange = nil
        ended.deadline.cancel()
        validator.closeToCertificates()
        ended.answer.fail(error)
    }
}

extension LateCertificateError {
    fileprivate init(_ defect: LateRequestDefect) {
        switch defect {
        case .unsupportedByClient: self = .unsupportedByClient
        case .failed(let error): self = .refusedByOpenSSL(reason: error.description)
        }
    }
}
