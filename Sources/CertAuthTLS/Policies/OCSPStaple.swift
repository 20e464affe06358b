// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging
import Synchronization

/// The OCSP response that is stapled for one identity of a policy.
///
/// A response is compared with the clock each time it is sent, so that an expired one is never sent.
final class OCSPStaple: Sendable {
    private let source: StapleSource
    private let policy: String
    private let clock: VerificationClock
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var choice = StapleSource.Choice()
        /// When the source was searched; nil if it was not yet.
        var searchedAt: Timestamp?
    }

    /// Clients decide when a response is needed, so that the evidence is searched, and signatures are verified, only
    /// once in this many seconds.
    private static let searchInterval: Int64 = 60

    init(of identity: ServerIdentity, for policy: String, in configuration: TLSServerConfiguration) {
        source = StapleSource(identity: identity, authenticator: configuration.authenticator)
        self.policy = policy
        clock = configuration.clock
        logger = configuration.logger
        var state = State()
        // Findings report a response that cannot be stapled now. The log reports one that becomes unusable later.
        if identity.stapledOCSPResponse != nil {
            let now = clock.now()
            state = State(choice: source.choice(at: now), searchedAt: now)
        }
        self.state = Mutex(state)
    }

    /// The response to staple now; nil for none.
    func response() -> [UInt8]? {
        let now = clock.now()
        let (response, hasEnded) = state.withLock { state -> (StapledResponse?, Bool) in
            let isDue = state.searchedAt.map { now < $0 || now >= $0.adding(seconds: Self.searchInterval) } ?? true
            let former = state.choice.response
            if let former, former.isCurrent(at: now), state.choice.isGiven || !isDue { return (former, false) }
            guard isDue || former != nil else { return (nil, false) }
            state.choice = source.choice(at: now)
            state.searchedAt = now
            return (state.choice.response, former != nil && state.choice.response == nil)
        }
        if hasEnded {
            let certificate = "the server's certificate \(source.identity.summary)"
            logger.warning(
                "policy \(policy): the OCSP response about \(certificate) has ended, so none is stapled: get a new one",
                metadata: LogMetadata(.finding, "staple-stale").values
            )
        }
        return response?.derEncoded
    }
}
