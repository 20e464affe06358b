// SPDX-License-Identifier: Apache-2.0
// Events that happen while evidence is fetched affect the verdict.

import CertAuth
import CertAuthTesting
import Logging
import Synchronization
import XCTest

final class WaitingEvidenceTests: XCTestCase {
    /// Serves one list, after an action.
    private final class SlowFetcher: RevocationFetcher {
        let policy = RevocationFetchPolicy()
        private let list: [UInt8]
        private let action = Mutex<(@Sendable () -> Void)?>(nil)

        init(_ list: [UInt8]) { self.list = list }

        func whileFetching(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

        func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse {
            await Task.yield()
            action.withLock { $0 }?()
            await Task.yield()
            return RevocationFetchResponse(content: .body(list), url: request.url)
        }
    }

    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.issuing.issue("alice") { template in
            template.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/1.crl")]]))
        }
    }

    private func authenticator(_ fetcher: SlowFetcher) throws -> CertificateAuthenticator {
        let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        return try CertificateAuthenticator(
            options: stage.options {
                $0.revocationMode = .online
                $0.revocationFlag = .endCertificateOnly
            },
            revocationGatherer: RevocationGatherer(
                fetcher: fetcher,
                clock: stage.clock.verificationClock,
                logger: quiet
            ),
            logger: quiet
        )
    }

    func test_a_client_revoked_while_evidence_is_fetched_is_refused() async throws {
        let chain = try XCTUnwrap(alice.presented())
        let certificate = try alice.certificate
        let list = try stage.issuing.revocationList().derEncoded
        for isRevoked in [true, false] {
            let fetchers = [SlowFetcher(list), SlowFetcher(list)]
            let authenticators = try fetchers.map { try authenticator($0) }
            for (fetcher, authenticator) in zip(fetchers, authenticators) {
                fetcher.whileFetching { if isRevoked { authenticator.revoke(certificate) } }
            }
            let result = await authenticators[0].authenticate(chain)
            let verdict = await authenticators[1].validateGatheringEvidence(chain)
            if isRevoked {
                assertRefused(result, .revoked, at: 0)
                assertRefused(verdict, .revoked, at: 0)
            } else {
                assertAccepted(result)
                assertAccepted(verdict)
            }
        }
    }

    func test_a_certificate_that_expires_while_evidence_is_fetched_is_expired() async throws {
        let chain = try XCTUnwrap(alice.presented())
        let clock = stage.clock
        let end = try alice.certificate.validity.notAfter
        let list = try stage.issuing.revocationList(number: 1) { template in
            template.nextUpdate = .automatic(end.adding(seconds: 86_400))
        }
        let fetcher = SlowFetcher(list.derEncoded)
        fetcher.whileFetching { clock.set(to: end.adding(seconds: 1)) }
        assertRefused(await (try authenticator(fetcher)).authenticate(chain), .expired, at: 0)
    }
}
