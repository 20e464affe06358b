// SPDX-License-Identifier: Apache-2.0
// The format of the external test vectors.

import Foundation

/// A file of cases.
struct ConformanceSuite: Decodable {
    let suite: String
    let testcases: [ConformanceCase]
}

/// A certification path and the expected verdict.
struct ConformanceCase: Decodable {
    /// The revocation checking that the case asks for.
    enum Revocation: String, Decodable {
        case none
        case crlLeaf = "crl-leaf"
        case crlAll = "crl-all"
        case ocspLeaf = "ocsp-leaf"
        case ocspAll = "ocsp-all"

        var isOCSP: Bool { self == .ocspLeaf || self == .ocspAll }
    }

    let id: String
    let mode: String
    let tier: String
    let purpose: String
    let trustedCertificates: [String]
    let untrustedIntermediates: [String]
    let peerCertificate: String
    let crls: [String]
    let ocsp: [String]?
    let revocation: Revocation
    let validationTime: String?
    let maximumRevocationAge: Int64?
    let initialPolicySet: [String]?
    let initialExplicitPolicy: Bool?
    let initialPolicyMappingInhibit: Bool?
    let initialInhibitAnyPolicy: Bool?
    let maximumChainDepth: Int?
    let securityLevel: Int?
    let expectedResult: String

    var isExpectedToPass: Bool { expectedResult == "SUCCESS" }

    private enum CodingKeys: String, CodingKey {
        case id, mode, tier, purpose, crls, ocsp, revocation
        case trustedCertificates = "trusted_certs"
        case untrustedIntermediates = "untrusted_intermediates"
        case peerCertificate = "peer_certificate"
        case validationTime = "validation_time"
        case maximumRevocationAge = "max_revocation_age"
        case initialPolicySet = "initial_policy_set"
        case initialExplicitPolicy = "initial_explicit_policy"
        case initialPolicyMappingInhibit = "initial_policy_mapping_inhibit"
        case initialInhibitAnyPolicy = "initial_inhibit_any_policy"
        case maximumChainDepth = "max_chain_depth"
        case securityLevel = "security_level"
        case expectedResult = "expected_result"
    }
}
