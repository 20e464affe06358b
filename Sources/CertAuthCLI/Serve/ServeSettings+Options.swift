// SPDX-License-Identifier: Apache-2.0
// The authentication options from a server's flags.

import CertAuth
import CertAuthTLS

extension ServeSettings {
    /// Returns the authentication policy for clients.
    func options() throws(CommandFailure) -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: try trust())
        options.allowedCertificateTypes = types.types
        options.selfSignedPins = Set(pins)
        options.constrainsCommonNames = constrainsCommonNames
        for path in intermediates { options.additionalChainCertificates += try Self.certificates(path) }
        options.revocationMode = revocation.mode
        options.unknownRevocation = unknownRevocation.meaning
        options.revocation.sourceOrder = revocationOrder.order
        options.clock = clock
        return options
    }

    private func trust() throws(CommandFailure) -> TrustPolicy {
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
        var anchors: [Certificate] = []
        for path in clientAuthorities { anchors += try Self.certificates(path) }
        do throws(TrustStoreError) {
            return .custom(try TrustStore(certificates: anchors))
        } catch {
            throw .usage("--client-ca: \(error)")
        }
    }

    /// Returns the authorities that are named to clients.
    func authorityHints() throws(CommandFailure) -> ClientAuthorityHints {
        switch authorityNames {
        case .all: return .anchorsAndIntermediates
        case .anchors: return .anchors
        case .none: return .none
        case .file(let path):
            do throws(CommandFailure) {
                return .certificates(try Self.certificates(path))
            } catch {
                throw CommandFailure(
                    error.kind,
                    "--ca-names: \(error.message)",
                    hints: error.hints + ["choose all, anchors, none, or a file of certificates"]
                )
            }
        }
    }

    private static func certificates(_ path: String) throws(CommandFailure) -> [Certificate] {
        do throws(CommandFailure) {
            return try InputFiles.certificates(path)
        } catch {
            throw CommandFailure(.usage, error.message, hints: error.hints)
        }
    }

    /// Loads the CRLs. A malformed one is a usage error here, because no client is being validated yet.
    func evidence() throws(CommandFailure) -> RevocationEvidence {
        do throws(CommandFailure) {
            return RevocationEvidence(revocationLists: try InputFiles.revocationLists(revocationLists))
        } catch {
            throw CommandFailure(.usage, error.message, hints: error.hints)
        }
    }
}
