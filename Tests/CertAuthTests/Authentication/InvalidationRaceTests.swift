// SPDX-License-Identifier: Apache-2.0
// A verdict that is invalidated while a hook runs stays invalidated.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class InvalidationRaceTests: XCTestCase {
    func test_a_connection_invalidated_while_a_hook_runs_calls_the_hook_again() async throws {
        let stage = try Stage()
        let calls = Mutex(0)
        let connection = Mutex<ConnectionAuthentication?>(nil)
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call == 1 { connection.withLock { $0?.invalidate() } }
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(
            options: stage.options { $0.hookReuse = .connection },
            events: events
        )
        let chain = try stage.issuing.issue("alice").presented()
        let authentication = ConnectionAuthentication(
            authenticator: authenticator,
            chain: chain,
            facts: .init(isSecure: true)
        )
        connection.withLock { $0 = authentication }
        for _ in 1...3 { _ = await authentication.authenticate() }
        XCTAssertEqual(calls.withLock { $0 }, 2, "the first answer was forgotten, the second holds")
    }
}
