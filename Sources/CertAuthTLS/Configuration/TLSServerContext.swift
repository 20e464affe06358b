// SPDX-License-Identifier: Apache-2.0
// A checked TLS configuration, ready to serve connections.

package import CertAuth
import Synchronization

/// A checked TLS configuration, shared by all connections that are served under it.
public final class TLSServerContext: Sendable {
    let hasRequestGate: Bool
    /// Posts whenever other policies have come into force.
    package let changes = ChangeNotice<Void>()
    /// What the listener has logged of refused clients; a reload does not begin it anew.
    let refusals = RefusalLog()
    private let inForce: Mutex<PolicyTable>
    /// What names left that have no authenticator now. Held during a reload, so that reloads follow each other.
    private let retired = Mutex(RetiredEvidence())

    /// Checks `configuration` and loads its identities.
    ///
    /// - Throws: `TLSConfigurationError`; a context that asks for certificates but could not judge them before the
    ///   first byte of plaintext is never made.
    public convenience init(configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        try self.init(configuration: configuration, hasRequestGate: false)
    }

    /// The same for a layer that judges each request before it is answered and may therefore choose
    /// `validation: .request`.
    package init(configuration: TLSServerConfiguration, hasRequestGate: Bool) throws(TLSConfigurationError) {
        self.hasRequestGate = hasRequestGate
        inForce = Mutex(try PolicyTable(configuration: configuration, hasRequestGate: hasRequestGate))
        configuration.logFindings()
    }

    /// What new connections are served under.
    package var configuration: TLSServerConfiguration { policies.configuration }

    /// Serves new connections under another configuration, and has the clients of open ones judged by it.
    ///
    /// A connection stays open if the policy that its server name has now differs in nothing but authenticator and server
    /// identity, and that authenticator accepts the client; all others are closed. Layers with a request gate bring their
    /// connections under the new policies themselves.
    ///
    /// All policies change at once or, when an error is thrown, none. Revocation evidence goes forward only: the new
    /// authenticator of a name takes over what the former one held, and what was revoked by hand.
    public func reload(_ configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        let table = try PolicyTable(configuration: configuration, hasRequestGate: hasRequestGate)
        retired.withLock { retired in
            let former = self.configuration
            configuration.inheritEvidence(from: former, retired)
            retired.update(from: former, to: configuration)
            inForce.withLock { $0 = table }
        }
        configuration.logFindings()
        changes.post(())
    }

    /// The policies in force.
    var policies: PolicyTable { inForce.withLock { $0 } }
}
