// SPDX-License-Identifier: Apache-2.0
// The policies of individual server names, from a server's flags.

import CertAuth
import CertAuthTLS
import Logging

extension ServeSettings {
    /// Adds the policies of names to a configuration that contains the common authenticator.
    func addNames(
        to tls: inout TLSServerConfiguration,
        gatherer: RevocationGatherer?,
        logger: Logger
    ) throws(CommandFailure) {
        // Names with the same anchors share one authenticator, so that they are one policy.
        var authenticators: [[String]: CertificateAuthenticator] = [:]
        for name in names {
            var policy = ServerNamePolicy(name.name, mode: name.mode)
            if let certificate = name.certificate, let key = name.key {
                policy.identity = try identity(certificate, key, flag: "--sni-cert")
            }
            let authorities = name.clientAuthorities
            if !authorities.isEmpty, authorities != clientAuthorities, (name.mode ?? mode) != .none {
                var own = self
                own.clientAuthorities = authorities
                if authenticators[authorities] == nil {
                    authenticators[authorities] = try own.makeAuthenticator(logger: logger, gatherer: gatherer)
                }
                policy.authenticator = authenticators[authorities]
            }
            tls.namedPolicies.append(policy)
        }
        tls.unnamedClients = unnamedClients
    }

    func sessionTickets() throws(CommandFailure) -> SessionTickets? {
        guard issuesTickets else { return nil }
        do throws(TLSConfigurationError) {
            guard let ticketKey else { return try SessionTickets(clock: clock) }
            return try SessionTickets(sharedSecret: secret(in: ticketKey), clock: clock)
        } catch {
            throw .usage("--ticket-key: \(error)", hint: "make one with: openssl rand -out F 32")
        }
    }

    private func secret(in path: String) -> [UInt8] {
        // An unreadable file gives no bytes, which are refused as too short.
        (try? BoundedFile.contents(of: path, limit: 4_096)) ?? []
    }

    /// Whether any client is validated with the anchors of `--client-ca`.
    var needsCommonAuthenticator: Bool {
        if forwarding != nil { return true }
        let servesOthers = names.isEmpty || unnamedClients != .refused
        return (servesOthers && mode != .none)
            || names.contains { $0.clientAuthorities.isEmpty && ($0.mode ?? mode) != .none }
    }

    /// Whether any client is validated at all.
    var needsAnyAuthenticator: Bool {
        needsCommonAuthenticator || names.contains { ($0.mode ?? mode) != .none }
    }

    func identity(
        _ certificate: String,
        _ key: String,
        flag: String
    ) throws(CommandFailure) -> ServerIdentity {
        do throws(TLSConfigurationError) {
            return try ServerIdentity(certificateFile: certificate, keyFile: key, password: keyPassword)
        } catch {
            throw .usage(
                "\(error)",
                hint: "\(flag) needs the server's certificate first, then its issuers, and its private key"
            )
        }
    }

    /// All files that a reload reads.
    package var files: [String] {
        let single = [certificate, key, ticketKey, forwarding?.certificate].compactMap(\.self)
        let nameFiles = if case .file(let path) = authorityNames { [path] } else { [String]() }
        let named = names.flatMap { [$0.certificate, $0.key].compactMap(\.self) + $0.clientAuthorities }
        return single + clientAuthorities + intermediates + revocationLists + named + nameFiles
    }
}
