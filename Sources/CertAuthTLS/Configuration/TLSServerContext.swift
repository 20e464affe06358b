// SPDX-License-Identifier: Apache-2.0

package import CertAuth
public import NIOCore
import Synchronization

/// A checked TLS configuration, shared by all connections that are served under it.
public final class TLSServerContext: Sendable {
    let hasRequestGate: Bool
    /// Posts whenever the policies are replaced.
    package let changes = ChangeNotice<Void>()
    /// Limits the logging of refused clients; a reload does not reset it.
    let refusals = RefusalLog()
    /// The validations of clients of open connections.
    let validations = SlicedWork()
    /// The connections that wait for a person.
    let humanWaits = HumanWaits()
    private let inForce: Mutex<PolicyTable>
    /// The evidence of names that no longer have an authenticator. Locked during a reload, so that reloads run one at a
    /// time.
    private let retired = Mutex(RetiredEvidence())

    /// Checks `configuration` and loads its identities.
    ///
    /// - Throws: `TLSConfigurationError`, in particular if certificates are requested but could not be validated before
    ///   the first byte of plaintext.
    public convenience init(configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        try self.init(configuration: configuration, hasRequestGate: false)
    }

    /// Creates a context for a layer with a request gate, which may choose `validation: .request`.
    package init(configuration: TLSServerConfiguration, hasRequestGate: Bool) throws(TLSConfigurationError) {
        self.hasRequestGate = hasRequestGate
        inForce = Mutex(try PolicyTable(configuration: configuration, hasRequestGate: hasRequestGate))
        configuration.logFindings()
    }

    /// Creates the handler of one connection, which is the first in the pipeline of its channel.
    ///
    /// With `validation: .handshake`, it releases no plaintext before the client is admitted. It then fires a
    /// `ClientCertificateConnection` and `TLSUserEvent.handshakeCompleted` as user inbound events.
    public func makeHandler() -> any ChannelHandler { TLSServerHandler(context: self) }

    /// The configuration of new connections.
    package var configuration: TLSServerConfiguration { policies.configuration }

    /// Replaces the configuration of new connections, and validates the clients of open connections again.
    ///
    /// A connection stays open if the new policy of its server name differs from the old one only in authenticator and
    /// server identity, and if the new authenticator accepts the client. All others are closed. Layers with a request
    /// gate move their connections to the new policies themselves.
    ///
    /// Either all policies change at once or, if an error is thrown, none does. Revocation evidence is never replaced
    /// by older evidence: the new authenticator of a name takes over the evidence of the former one, and its
    /// revocations by hand.
    public func reload(_ configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        try reload(configuration) {}
    }

    /// The same.
    ///
    /// - Parameter beforeUse: runs when the configuration is known to be usable, before it is in force.
    package func reload(
        _ configuration: TLSServerConfiguration,
        beforeUse: () -> Void
    ) throws(TLSConfigurationError) {
        let table = try PolicyTable(configuration: configuration, hasRequestGate: hasRequestGate)
        beforeUse()
        // The former policies are returned, so that they are freed without the locks, which new connections take.
        let former = retired.withLock { retired in
            let former = self.configuration
            configuration.inheritEvidence(from: former, retired)
            retired.update(from: former, to: configuration)
            return inForce.withLock { inForce in
                defer { inForce = table }
                return inForce
            }
        }
        defer { withExtendedLifetime(former) {} }
        configuration.logFindings()
        changes.post(())
    }

    /// The number of `SSL_CTX`s that were created for the policies in force. For tests.
    package var createdContexts: Int { policies.createdContexts }

    /// The policies in force.
    var policies: PolicyTable { inForce.withLock { $0 } }
}
