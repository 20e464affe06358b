// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Everything in which the policies of one server may differ, apart from the name. Policies with equal traits share
/// their settings.
struct PolicyTraits: Hashable {
    private let mode: ClientCertificateMode
    private let minimumVersion: TLSProtocolVersion
    private let applicationProtocols: [String]
    /// Authenticators with equal options may differ in hooks and evidence, so they are compared by identity.
    private let authenticator: ObjectIdentifier?
    private let identities: [Identity]
    private let hints: Hints

    private struct Identity: Hashable {
        /// The key belongs to the first certificate.
        let chain: [Certificate]
        let staple: Thumbprint?
    }

    private enum Hints: Hashable {
        case none, anchors, anchorsAndIntermediates
        case certificates([Certificate])

        init(_ hints: ClientAuthorityHints) {
            self =
                switch hints {
                case .none: .none
                case .anchors: .anchors
                case .anchorsAndIntermediates: .anchorsAndIntermediates
                case .certificates(let certificates): .certificates(certificates)
                }
        }
    }

    init(_ configuration: TLSServerConfiguration) {
        mode = configuration.mode
        minimumVersion = configuration.minimumVersion
        applicationProtocols = configuration.applicationProtocols.map(\.rawValue)
        authenticator = configuration.authenticator.map { ObjectIdentifier($0) }
        identities = configuration.identities.map {
            Identity(chain: $0.chain, staple: $0.stapledOCSPResponse?.fingerprint)
        }
        hints = Hints(configuration.authorityHints)
    }
}
