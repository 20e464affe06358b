// SPDX-License-Identifier: Apache-2.0
// The values of options, and their translation into library types.

import ArgumentParser
package import CertAuth

/// `--purpose`
package enum PurposeArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case client, any
}

/// `--profile`
package enum ProfileArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case rfc5280, strict

    package var profile: ValidationProfile {
        switch self {
        case .rfc5280: .rfc5280
        case .strict: .strict
        }
    }
}

/// `--types`
package enum TypesArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case chained
    case selfSigned = "self-signed"
    case all

    package var types: CertificateTypes {
        switch self {
        case .chained: .chained
        case .selfSigned: .selfSigned
        case .all: .all
        }
    }
}

/// `--revocation` of `certauth verify`
package enum EvidenceArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case none
    case crlLeaf = "crl-leaf"
    case crlAll = "crl-all"
    case ocspLeaf = "ocsp-leaf"
    case ocspAll = "ocsp-all"

    /// Whether the status comes from OCSP responses.
    package var isOCSP: Bool { self == .ocspLeaf || self == .ocspAll }

    /// Applies revocation mode and flag; the choice between CRLs and OCSP is made by the evidence.
    package func apply(to options: inout CertificateAuthenticationOptions) {
        options.revocationMode = self == .none ? .noCheck : .offline
        options.revocationFlag = self == .crlLeaf || self == .ocspLeaf ? .endCertificateOnly : .excludeRoot
    }
}

/// `--revocation` of `certauth serve`
package enum RevocationModeArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case none, offline, online

    package var mode: RevocationMode {
        switch self {
        case .none: .noCheck
        case .offline: .offline
        case .online: .online
        }
    }
}

/// `--revocation-order`
package enum RevocationOrderArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case crlFirst = "crl-first"
    case ocspFirst = "ocsp-first"
    case both

    package var order: RevocationSourceOrder {
        switch self {
        case .crlFirst: .crlFirst
        case .ocspFirst: .ocspFirst
        case .both: .both
        }
    }
}

/// `--unknown-revocation`
package enum UnknownRevocationArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case deny, allow

    package var meaning: UnknownRevocation {
        switch self {
        case .deny: .deny
        case .allow: .allow
        }
    }
}

/// Parses option values that are not plain words.
package enum ArgumentText {
    /// Parses an ISO 8601 time with a time zone.
    @Sendable package static func timestamp(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(iso8601: text) else {
            throw ValidationError("expected ISO 8601 with a zone, for instance 2026-11-23T12:00:00Z")
        }
        return moment
    }

    /// Parses the SHA-256, SHA-384 or SHA-512 digest of a certificate, or after `spki:` that of its public key.
    @Sendable package static func pin(_ text: String) throws -> CertificatePin {
        let isPublicKey = text.hasPrefix("spki:")
        guard let thumbprint = Thumbprint(hexadecimal: isPublicKey ? String(text.dropFirst(5)) : text) else {
            throw ValidationError("expected 64 hexadecimal digits, with spki: before the digest of a public key")
        }
        return isPublicKey ? .publicKey(thumbprint) : .certificate(thumbprint)
    }

    /// Parses an object identifier in dotted form.
    @Sendable package static func objectIdentifier(_ text: String) throws -> OID {
        guard let identifier = OID(dotted: text) else {
            throw ValidationError("expected a dotted object identifier, for instance 1.3.6.1.5.5.7.3.2")
        }
        return identifier
    }
}
