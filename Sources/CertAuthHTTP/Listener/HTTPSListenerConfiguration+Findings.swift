// SPDX-License-Identifier: Apache-2.0
// Start-up findings about listener configurations.

public import CertAuth
import CertAuthTLS
import Logging

extension HTTPSListenerConfiguration {
    /// The settings that deserve a second look, in the listener and in every policy behind it.
    public var findings: [ConfigurationFinding] { policyFindings + tlsFindings + ownFindings }

    /// Logs the findings of the listener alone. Authenticators and the TLS context log theirs when they are created.
    func logFindings() {
        for finding in ownFindings {
            logger.log(
                level: finding.logLevel,
                "\(finding.message)",
                metadata: LogMetadata(.finding, finding.code).values
            )
        }
    }

    private var ownFindings: [ConfigurationFinding] { modeFindings + forwardingFindings + detailFindings }

    private var tlsFindings: [ConfigurationFinding] {
        guard case .tls(var tls) = security else { return [] }
        tls.addAuthorityHints(of: forwarding)
        return tls.configurationFindings
    }

    private var policyFindings: [ConfigurationFinding] {
        guard case .tls(let tls) = security else { return plainAuthenticator?.configurationFindings ?? [] }
        var found = tls.mode == .none ? [] : tls.authenticator?.configurationFindings ?? []
        for policy in tls.namedPolicies where (policy.mode ?? tls.mode) != .none {
            guard let authenticator = policy.authenticator, authenticator !== tls.authenticator else { continue }
            found += authenticator.configurationFindings.map { $0.at(policy.name) }
        }
        return found
    }

    private var modeFindings: [ConfigurationFinding] {
        guard case .tls(let tls) = security else { return [] }
        var found: [ConfigurationFinding] = []
        let modes = [tls.mode] + tls.namedPolicies.compactMap(\.mode)
        if modes.contains(where: { $0 == .allow || $0 == .delayed }), hasOwnRequirement, !hasOwnAuthorization {
            let text =
                "clients without a certificate may connect, a custom rule decides which routes need one, and there is no"
                + " authorization: a route that the rule omits is open to every client"
            found.append(ConfigurationFinding("allow-mode-without-authorization", .notice, text))
        }
        if tls.unnamedClients == .insecurelyServedByLooserDefault {
            let text = "clients without a known server name are served by a policy that is looser than a named one"
            found.append(ConfigurationFinding("looser-default", .warning, text))
        }
        return found
    }

    private var forwardingFindings: [ConfigurationFinding] {
        guard let forwarding else { return [] }
        var found: [ConfigurationFinding] = []
        if forwarding.insecurelyTrustsProxyVerdict {
            let text =
                "forwarded certificates are accepted by the proxy's verdict: chain, validity and revocation are not checked"
            found.append(ConfigurationFinding("forwarding-on-proxys-word", .warning, text))
        }
        if case .plain = security, case .hostPort(let host, _) = address, !Self.isLoopback(host) {
            let text =
                "forwarded certificates reach \(host) without TLS: anyone who can send from a proxy's address can be any client"
            found.append(ConfigurationFinding("plain-beyond-loopback", .warning, text))
        }
        return found
    }

    private var detailFindings: [ConfigurationFinding] {
        guard exposesFailureDetails else { return [] }
        let text = "exposesFailureDetails is true: refused clients receive the operator's message"
        return [ConfigurationFinding("details-exposed", .notice, text)]
    }

    private static func isLoopback(_ host: String) -> Bool {
        guard let address = IPAddress(host) else { return host == "localhost" }
        let bytes = address.bytes
        return bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }
}
