// SPDX-License-Identifier: Apache-2.0
// The authentication options from a server's flags.

import CertAuth
import CertAuthTLS

extension ServeSettings {
    /// Returns the authentication policy for clients.
    func options(from snapshot: InputSnapshot) throws(CommandFailure) -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: try trust(from: snapshot))
        options.allowedCertificateTypes = types.types
        options.selfSignedPins = Set(pins)
        options.constrainsCommonNames = constrainsCommonNames
        for path in intermediates { options.additionalChainCertificates += try snapshot.certificates(path) }
        options.revocationMode = revocation.mode
        options.unknownRevocation = unknownRevocation.meaning
        options.revocation.sourceOrder = revocationOrder.order
        options.clock = clock
        return options
    }

    private func trust(from snapshot: InputSnapshot) throws(CommandFailure) -> TrustPolicy {
        guard types != .selfSigned else {
            guard clientAuthorities.isEmpty else {
                throw .usage(
                    "--client-ca has no meaning with --types self-signed",
                    hint: "name the certificates with --pin"
                )
            }
            return .noAnchors
        }
        guard !clientAuthorities.isEmpty else {
            throw .usage(
                "--client-ca is missing: no client could be accepted",
                hint: "give --client-ca root.pem"
            )
        }
        return .custom(try snapshot.trustStore(clientAuthorities, flag: "--client-ca"))
    }

    /// Returns the authorities that are named to clients.
    func authorityHints(from snapshot: InputSnapshot) throws(CommandFailure) -> ClientAuthorityHints {
        switch authorityNames {
        case .all: return .anchorsAndIntermediates
        case .anchors: return .anchors
        case .none: return .none
        case .file(let path):
            do throws(CommandFailure) {
                return .certificates(try snapshot.certificates(path))
            } catch {
                throw CommandFailure(
                    error.kind,
                    "--ca-names: \(error.message)",
                    hints: error.hints + ["choose all, anchors, none, or a file of certificates"]
                )
            }
        }
    }
}

extension ServeSettings {
    /// Findings that only `--check` reports, because they need not be faults.
    var checkFindings: [ConfigurationFinding] {
        guard revocation == .online, revocationLists.isEmpty, unknownRevocation == .deny else {
            return []
        }
        let text =
            "--revocation online without --crl: clients are refused with revocation-unknown if a certificate in their path"
            + " names neither a CRL nor an OCSP responder; certauth pki names them only with --responder-url"
        return [ConfigurationFinding("online-without-lists", .notice, text)]
    }
}
