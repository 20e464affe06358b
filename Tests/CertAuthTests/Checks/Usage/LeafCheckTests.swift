// SPDX-License-Identifier: Apache-2.0
// What a policy can require of the client's certificate alone.

import CertAuth
import CertAuthTesting
import XCTest

final class LeafCheckTests: XCTestCase {
    private let bench = CheckBench()
    private let check = LeafCheck()

    func test_a_CA_certificate_is_accepted_as_a_client_unless_the_policy_forbids_it() throws {
        let authority = try bench.path(leaf: { $0.extensions.replace(.basicConstraints(isAuthority: true)) })
        let signer = try bench.path(leaf: { $0.extensions.replace(.keyUsage([.digitalSignature, .keyCertSign])) })
        for path in [authority, signer] {
            try bench.assertPasses(check, path)
            try bench.assertRefuses(check, .wrongUsage, at: 0, path, saying: "allowsAuthorityAsClient") {
                $0.allowsAuthorityAsClient = false
            }
        }
        try bench.assertPasses(check, bench.path()) { $0.allowsAuthorityAsClient = false }
    }

    func test_required_bits_of_key_usage_must_be_there() throws {
        let both = try bench.path(leaf: { $0.extensions.replace(.keyUsage([.digitalSignature, .keyAgreement])) })
        let none = try bench.path(leaf: { $0.extensions.remove(.keyUsage) })
        try bench.assertPasses(check, both) { $0.requiredKeyUsage = [.digitalSignature, .keyAgreement] }
        for path in [try bench.path(), none] {
            try bench.assertRefuses(check, .wrongUsage, at: 0, path, saying: "keyAgreement") {
                $0.requiredKeyUsage = [.digitalSignature, .keyAgreement]
            }
        }
        try bench.assertPasses(check, none)
    }

    func test_required_purposes_must_be_named_each() throws {
        let both = try bench.path(leaf: { $0.extensions.replace(.extendedKeyUsage([.clientAuth, .emailProtection])) })
        let any = try bench.path(leaf: { $0.extensions.replace(.extendedKeyUsage([.anyExtendedKeyUsage])) })
        let none = try bench.path(leaf: { $0.extensions.remove(.extKeyUsage) })
        let demand: (inout CertificateAuthenticationOptions) -> Void = {
            $0.requiredExtendedKeyUsages = [.clientAuth, .emailProtection]
        }
        try bench.assertPasses(check, both, .rfc5280, demand)
        try bench.assertRefuses(
            check,
            .wrongUsage,
            at: 0,
            bench.path(),
            .rfc5280,
            saying: "\(OID.emailProtection)",
            demand
        )
        try bench.assertRefuses(check, .wrongUsage, at: 0, any, .rfc5280, demand)
        try bench.assertRefuses(check, .wrongUsage, at: 0, none, .rfc5280, demand)
    }

    func test_any_purpose_may_be_required_without_naming_it() throws {
        let none = try bench.path(leaf: { $0.extensions.remove(.extKeyUsage) })
        try bench.assertPasses(check, none)
        try bench.assertRefuses(check, .wrongUsage, at: 0, none) { $0.requiresExtendedKeyUsage = true }
        try bench.assertPasses(check, bench.path()) { $0.requiresExtendedKeyUsage = true }
    }
}
