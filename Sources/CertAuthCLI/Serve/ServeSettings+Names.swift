// SPDX-License-Identifier: Apache-2.0
// The policies of individual server names, from a server's flags.

import CertAuth
import CertAuthTLS
import Logging

extension ServeSettings {
    /// Adds the policies of names to a configuration that contains the common authenticator.
    func addNames(
        to tls: inout TLSServerConfiguration,
        from snapshot: InputSnapshot,
        gatherer: RevocationGatherer?,
        logger: Logger
    ) throws(CommandFailure) {
        // Names with the same anchors share one authenticator, so that they are one policy.
        var authenticators: [[String]: CertificateAuthenticator] = [:]
        for name in names {
            var policy = ServerNamePolicy(name.name, mode: name.mode)
            do throws(CommandFailure) {
                if let certificate = name.certificate, let key = name.key {
                    let flag = name.line == nil ? "--sni-cert" : "a line with cert and key"
                    policy.identity = try snapshot.identity(certificate: certificate, key: key, flag: flag)
                    for files in name.additionalIdentities {
                        policy.additionalIdentities.append(
                            try snapshot.identity(certificate: files.certificate, key: files.key, flag: flag)
                        )
                    }
                }
                let authorities = name.clientAuthorities
                if !authorities.isEmpty, (name.mode ?? mode) == .none {
                    throw .usage(
                        "\(DisplayText.escaped(name.name)) has trust anchors for clients, and mode none, which asks for no "
                            + "certificate",
                        hint: "set another mode for the name, or leave its anchors out"
                    )
                }
                if !authorities.isEmpty, authorities != clientAuthorities {
                    if authenticators[authorities] == nil {
                        var own = self
                        own.clientAuthorities = authorities
                        own.names = []
                        authenticators[authorities] = try own.makeAuthenticator(
                            from: snapshot,
                            logger: logger,
                            gatherer: gatherer
                        )
                    }
                    policy.authenticator = authenticators[authorities]
                }
            } catch {
                guard let namesFile, let line = name.line else { throw error }
                let place = NamesFile.place(namesFile, line: line)
                throw CommandFailure(error.kind, "\(place): \(error.message)", hints: error.hints)
            }
            tls.namedPolicies.append(policy)
        }
        tls.unnamedClients = unnamedClients
    }

    func sessionTickets(from snapshot: InputSnapshot) throws(CommandFailure) -> SessionTickets? {
        guard issuesTickets else { return nil }
        let secret = try ticketKey.map { (path) throws(CommandFailure) in try snapshot.secret(path) }
        do throws(TLSConfigurationError) {
            guard let secret else { return try SessionTickets(clock: clock) }
            return try SessionTickets(sharedSecret: secret, clock: clock)
        } catch {
            throw ConfigurationFailure.failure(of: error)
        }
    }

    /// Whether any client is validated with the anchors of `--client-ca`.
    var needsCommonAuthenticator: Bool {
        if !forwarding.isEmpty { return true }
        let servesOthers = names.isEmpty || unnamedClients != .refused
        return (servesOthers && mode != .none)
            || names.contains { name in
                let usesCommonAnchors = name.clientAuthorities.isEmpty || name.clientAuthorities == clientAuthorities
                return usesCommonAnchors && (name.mode ?? mode) != .none
            }
    }

    /// Whether any client is validated at all.
    var needsAnyAuthenticator: Bool {
        needsCommonAuthenticator || names.contains { ($0.mode ?? mode) != .none }
    }
}
