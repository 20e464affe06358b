// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting
import XCTest

@testable import CertAuthTLS

/// What a TLS connection does at each event, in each of its phases, without a channel.
final class TLSServerStepsTests: XCTestCase {
    private typealias Phase = TLSServerStateMachine.Phase

    /// A connection in this phase.
    private func connection(in phase: Phase) -> TLSServerStateMachine {
        var state = TLSServerStateMachine()
        if phase == .idle { return state }
        _ = state.start()
        if phase == .handshaking { return state }
        _ = state.completeHandshake(validates: phase == .validating)
        if phase == .validating || phase == .active { return state }
        if phase == .refused { _ = state.refuseClient() }
        if phase == .closing { _ = state.close() }
        if phase == .closed { _ = state.end() }
        XCTAssertEqual(state.phase, phase)
        return state
    }

    private let phases: [Phase] = [.idle, .handshaking, .validating, .active, .refused, .closing, .closed]

    // MARK: Input

    func test_ciphertext_goes_where_the_phase_says() {
        let inputs: [TLSServerStateMachine.Input] = [
            .discard, .continueHandshake, .hold, .exchange, .exchange, .awaitCloseNotify, .discard,
        ]
        for (phase, input) in zip(phases, inputs) {
            var state = connection(in: phase)
            XCTAssertEqual(state.ciphertextDidArrive(), input, "\(phase)")
        }
    }

    func test_ciphertext_after_the_clients_close_notify_is_discarded() {
        for phase in [Phase.active, .refused] {
            var state = connection(in: phase)
            _ = state.closeInput()
            XCTAssertEqual(state.ciphertextDidArrive(), .discard, "\(phase)")
        }
        var state = connection(in: .closing)
        _ = state.closeInput()
        XCTAssertEqual(state.ciphertextDidArrive(), .awaitCloseNotify)
    }

    // MARK: Reads

    func test_a_batch_that_held_nothing_for_the_layers_above_is_followed_by_a_read() {
        var state = connection(in: .active)
        XCTAssertTrue(state.readWasRequested(isWritable: true, awaitsCertificate: false))
        _ = state.ciphertextDidArrive()
        XCTAssertTrue(state.readBatchDidEnd(), "a KeyUpdate, for instance")
        XCTAssertEqual(state.nextRead(owesRead: true, awaitsCertificate: false), .layersAbove)
        _ = state.ciphertextDidArrive()
        state.didDeliver()
        XCTAssertFalse(state.readBatchDidEnd())
        XCTAssertEqual(state.nextRead(owesRead: false, awaitsCertificate: false), .none)
        _ = state.ciphertextDidArrive()
        XCTAssertFalse(state.readBatchDidEnd(), "no read was requested since")
        _ = state.ciphertextDidArrive()
        state.didDeliver()
        XCTAssertTrue(state.readWasRequested(isWritable: true, awaitsCertificate: false))
        XCTAssertFalse(state.readBatchDidEnd(), "this batch held something")
    }

    func test_what_tls_needs_for_itself_is_read() {
        for phase in phases {
            let state = connection(in: phase)
            let isNeeded = phase == .handshaking || phase == .closing
            XCTAssertEqual(state.nextRead(owesRead: false, awaitsCertificate: false), isNeeded ? .transport : .none)
        }
        for phase in [Phase.active, .refused] {
            let state = connection(in: phase)
            XCTAssertEqual(state.nextRead(owesRead: true, awaitsCertificate: true), .transport, "\(phase)")
        }
        XCTAssertEqual(connection(in: .validating).nextRead(owesRead: true, awaitsCertificate: false), .none)
    }

    func test_nothing_is_read_while_the_client_is_validated() {
        var state = connection(in: .validating)
        XCTAssertFalse(state.readWasRequested(isWritable: true, awaitsCertificate: false))
        XCTAssertFalse(state.didBecomeWritable())
        XCTAssertTrue(state.admit())
        XCTAssertTrue(state.takeHeldRead())
        XCTAssertFalse(state.takeHeldRead())
    }

    func test_nothing_is_read_while_the_client_does_not_take_what_it_was_sent() {
        for phase in [Phase.active, .refused] {
            var state = connection(in: phase)
            XCTAssertFalse(state.readWasRequested(isWritable: false, awaitsCertificate: false))
            XCTAssertTrue(state.didBecomeWritable())
            XCTAssertFalse(state.didBecomeWritable())
            XCTAssertTrue(state.readWasRequested(isWritable: false, awaitsCertificate: true), "it is asked something")
        }
        var handshaking = connection(in: .handshaking)
        XCTAssertTrue(handshaking.readWasRequested(isWritable: false, awaitsCertificate: false))
    }

    func test_the_end_of_a_batch_is_reported_where_none_follows_by_itself() {
        var state = connection(in: .active)
        XCTAssertFalse(state.takeDeliveryWithoutBatch())
        state.didDeliver()
        XCTAssertTrue(state.takeDeliveryWithoutBatch())
        XCTAssertFalse(state.takeDeliveryWithoutBatch())
        _ = state.ciphertextDidArrive()
        state.didDeliver()
        XCTAssertFalse(state.takeDeliveryWithoutBatch(), "the batch's own end follows")
    }

    // MARK: Admission

    func test_an_authenticated_client_is_admitted() async throws {
        let authority = try TestAuthority("Root")
        let identity = try authority.issue("alice")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let chain = try XCTUnwrap(PresentedChain(derEncoded: [identity.certificateDER], source: .tls))
        let result = try await CertificateAuthenticator(options: options)
            .authenticate(chain, facts: ConnectionFacts(isSecure: true))
        for isRequired in [true, false] {
            var state = connection(in: .validating)
            XCTAssertEqual(
                state.validationDidEnd(with: result, isRequired: isRequired),
                .admit(isAuthenticated: true)
            )
            XCTAssertEqual(state.phase, .active)
        }
    }

    func test_a_client_without_an_identity_is_admitted_where_none_is_required() {
        var state = connection(in: .validating)
        XCTAssertEqual(
            state.validationDidEnd(with: .noResult(.noCertificate), isRequired: false),
            .admit(isAuthenticated: false)
        )
        XCTAssertEqual(state.phase, .active)
    }

    func test_a_client_without_an_identity_is_refused_where_one_is_required() {
        var state = connection(in: .validating)
        let message = "mode 'require' needs an authenticated client, but the authenticator gave no result"
        XCTAssertEqual(
            state.validationDidEnd(with: .noResult(.handler), isRequired: true),
            .refuse(.certificateRefused(code: .rejectedByHandler, message: message, alert: nil))
        )
        XCTAssertEqual(state.phase, .validating, "the failure that follows sends close_notify")
    }

    func test_a_client_that_fails_is_refused_with_its_code() {
        for isRequired in [true, false] {
            var state = connection(in: .validating)
            let failure = AuthenticationFailure(code: .revoked, message: "on a list")
            XCTAssertEqual(
                state.validationDidEnd(with: .failure(failure), isRequired: isRequired),
                .refuse(.certificateRefused(code: .revoked, message: "on a list", alert: nil))
            )
        }
    }

    func test_an_answer_that_comes_too_late_is_ignored() {
        for phase in phases where phase != .validating {
            var state = connection(in: phase)
            XCTAssertEqual(state.validationDidEnd(with: .noResult(.noCertificate), isRequired: false), .ignore)
            XCTAssertEqual(state.phase, phase)
        }
    }

    func test_one_ticket_is_issued_while_the_connection_can_send_it() {
        for phase in phases where phase != .active && phase != .refused {
            var state = connection(in: phase)
            XCTAssertFalse(state.beginTicket(), "\(phase)")
        }
        var state = connection(in: .active)
        XCTAssertTrue(state.mayIssueTicket)
        XCTAssertTrue(state.beginTicket())
        XCTAssertFalse(state.beginTicket())
        var closed = connection(in: .active)
        _ = closed.closeOutput()
        XCTAssertFalse(closed.beginTicket())
    }

    func test_a_refused_client_is_still_answered() {
        var state = connection(in: .active)
        XCTAssertTrue(state.refuseClient())
        XCTAssertFalse(state.refuseClient(), "once")
        XCTAssertTrue(state.isActive)
        XCTAssertTrue(state.encrypts)
        XCTAssertTrue(state.acceptsWrites)
        XCTAssertTrue(state.releasesPlaintext)
        XCTAssertEqual(state.close(), .sendCloseNotify)
        for phase in phases where phase != .active {
            var other = connection(in: phase)
            XCTAssertFalse(other.refuseClient(), "\(phase)")
        }
    }

    // MARK: Ends

    func test_a_failure_does_what_its_phase_needs() {
        typealias Failure = TLSServerStateMachine.Failure
        let failures: [Failure?] = [
            Failure(isReported: true, sendsCloseNotify: false, forgetsSession: true),
            Failure(isReported: true, sendsCloseNotify: false, forgetsSession: false),
            Failure(isReported: true, sendsCloseNotify: true, forgetsSession: true),
            Failure(isReported: false, sendsCloseNotify: false, forgetsSession: true),
            Failure(isReported: false, sendsCloseNotify: false, forgetsSession: true),
            nil, nil,
        ]
        for (phase, failure) in zip(phases, failures) {
            var state = connection(in: phase)
            XCTAssertEqual(state.failure, failure, "\(phase)")
            XCTAssertEqual(state.fail(), failure != nil, "\(phase)")
        }
    }

    func test_a_shut_transport_ends_the_connection_as_far_as_it_had_come() {
        let ends: [TLSServerStateMachine.TransportEnd] = [
            .fail, .fail, .fail, .truncated, .truncated, .closeChannel, .closeChannel,
        ]
        for (phase, end) in zip(phases, ends) {
            var state = connection(in: phase)
            XCTAssertEqual(state.transportInputDidClose(), end, "\(phase)")
        }
        var state = connection(in: .active)
        _ = state.closeInput()
        XCTAssertEqual(state.transportInputDidClose(), .ignore, "close_notify came before")
    }

    func test_a_channel_that_is_gone_is_an_error_where_nothing_announced_it() {
        let errors: [TLSServerError?] = [nil, .endedByPeer, .endedByPeer, .truncated, .truncated, nil, nil]
        for (phase, error) in zip(phases, errors) {
            var state = connection(in: phase)
            let end = state.channelDidClose()
            XCTAssertEqual(end?.error, error, "\(phase)")
            XCTAssertEqual(end?.isReported, error.map { $0 == .endedByPeer }, "\(phase)")
            XCTAssertEqual(state.phase, .closed)
        }
        var state = connection(in: .active)
        _ = state.closeInput()
        XCTAssertNil(state.channelDidClose())
    }
}
