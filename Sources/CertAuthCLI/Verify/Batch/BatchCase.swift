// SPDX-License-Identifier: Apache-2.0

import CertAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One case of `certauth verify --batch`. Certificates, CRLs and OCSP responses are base64 DER.
package struct BatchCase: Decodable, Sendable {
    /// What is validated.
    package enum Mode: String, Decodable, Sendable {
        /// The complete path.
        case path
        /// Only the certificate's revocation status, with the given issuer.
        case unit
    }

    package let id: String
    package let mode: Mode?
    package let purpose: String?
    package let trustedCertificates: [String]
    package let untrustedIntermediates: [String]?
    package let peerCertificate: String
    package let revocationLists: [String]?
    package let ocspResponses: [String]?
    package let revocation: String?
    package let validationTime: String?
    /// Seconds.
    package let maximumRevocationAge: Int64?
    package let initialPolicySet: [String]?
    package let initialExplicitPolicy: Bool?
    package let initialPolicyMappingInhibit: Bool?
    package let initialInhibitAnyPolicy: Bool?
    package let maximumChainDepth: Int?
    package let securityLevel: Int?
    package let constrainsCommonNames: Bool?

    private enum CodingKeys: String, CodingKey {
        case id, mode, purpose, revocation
        case trustedCertificates = "trusted_certs"
        case untrustedIntermediates = "untrusted_intermediates"
        case peerCertificate = "peer_certificate"
        case revocationLists = "crls"
        case ocspResponses = "ocsp"
        case validationTime = "validation_time"
        case maximumRevocationAge = "max_revocation_age"
        case initialPolicySet = "initial_policy_set"
        case initialExplicitPolicy = "initial_explicit_policy"
        case initialPolicyMappingInhibit = "initial_policy_mapping_inhibit"
        case initialInhibitAnyPolicy = "initial_inhibit_any_policy"
        case maximumChainDepth = "max_chain_depth"
        case securityLevel = "security_level"
        case constrainsCommonNames = "constrain_common_names"
    }
}

/// The ID alone, for lines that are otherwise invalid.
package struct BatchIdentifier: Decodable, Sendable {
    package let id: String
}
