// SPDX-License-Identifier: Apache-2.0
// Reloads at the same time: none loses the change of another.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class ConcurrentReloadTests: XCTestCase {
    func test_a_reload_of_TLS_does_not_bring_a_former_forwarding_back() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority, mode: .none) { started in
            let listener = started.listener
            var whole = listener.configuration
            guard case .tls(let settings) = whole.security else { return XCTFail("no TLS") }
            var lost = 0
            for round in 0..<300 {
                let isForwarding = round % 2 == 0
                whole.forwarding =
                    isForwarding ? try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback()) : nil
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { [whole] in try listener.reload(whole) }
                    group.addTask { try listener.reload(tls: settings) }
                    try await group.waitForAll()
                }
                if (listener.configuration.forwarding != nil) != isForwarding { lost += 1 }
            }
            XCTAssertEqual(lost, 0)
        }
    }
}
