// SPDX-License-Identifier: Apache-2.0
// What the strict profile requires beyond path validation; the default profile accepts each of these certificates.

import CertAuth
import CertAuthTesting
import XCTest

final class ProfileCheckTests: XCTestCase {
    private let bench = CheckBench()

    private func assertStrict(
        _ check: any PathCheck,
        _ code: FailureCode = .malformed,
        at index: Int,
        _ path: CandidatePath,
        saying text: String? = nil,
        line: UInt = #line
    ) throws {
        try bench.assertRefuses(check, code, at: index, path, .strict, saying: text, line: line)
        try bench.assertPasses(check, path, .rfc5280, line: line)
    }

    func test_the_bench_itself_is_strict() throws {
        for check in PathChecks.all { try bench.assertPasses(check, bench.path(), .strict) }
    }

    func test_serial_numbers_are_not_zero_and_not_above_twenty_bytes() throws {
        let check = SerialNumberCheck()
        let long = [UInt8](repeating: 0x7F, count: 21)
        try assertStrict(check, at: 0, bench.path(leaf: { $0.serialNumber = [0] }), saying: "zero")
        try assertStrict(check, at: 0, bench.path(leaf: { $0.serialNumber = long }), saying: "21 bytes")
        try assertStrict(check, at: 1, bench.path(issuing: { $0.serialNumber = [0] }))
        try bench.assertPasses(check, bench.path(leaf: { $0.serialNumber = Array(long.dropLast()) }), .strict)
        try bench.assertPasses(check, bench.path(leaf: { $0.serialNumber = [0xFF] }), .strict)
        try bench.assertPasses(check, bench.path(root: { $0.serialNumber = [0] }), .strict)
    }

    func test_extensions_are_critical_as_the_RFC_says() throws {
        let check = CriticalityCheck()
        try assertStrict(
            check,
            at: 1,
            bench.path(issuing: { $0.extensions.append(.inhibitAnyPolicy(1, critical: false)) })
        )
        try bench.assertPasses(check, bench.path(issuing: { $0.extensions.append(.inhibitAnyPolicy(1)) }), .strict)
        for critical in [
            ExtensionTemplate.subjectKeyIdentifier([1], critical: true), .authorityKeyIdentifier([1], critical: true),
            .authorityInformationAccess(ocsp: ["http://a.example"], critical: true),
            .freshestCRL([[.uri("http://a.example")]], critical: true),
            .custom("2.5.29.9", critical: true, value: [0x30, 0]),
        ] {
            try assertStrict(check, at: 0, bench.path(leaf: { $0.extensions.replace(critical) }), saying: "is critical")
        }
        let constraints = ExtensionTemplate.policyConstraints(requireExplicitPolicy: 5, critical: false)
        try bench.assertPasses(check, bench.path(issuing: { $0.extensions.append(constraints) }), .strict)
    }

    func test_an_anchors_basic_constraints_are_critical() throws {
        let plain: CheckBench.Change = { $0.extensions.replace(.basicConstraints(isAuthority: true, critical: false)) }
        try assertStrict(CriticalityCheck(), at: 2, bench.path(root: plain))
        try bench.assertPasses(CriticalityCheck(), bench.path(issuing: plain), .strict)
    }

    func test_authorities_have_key_identifiers() throws {
        let check = KeyIdentifierCheck()
        try assertStrict(check, at: 1, bench.path(issuing: { $0.extensions.remove(.subjectKeyIdentifier) }))
        try assertStrict(check, at: 2, bench.path(root: { $0.extensions.remove(.subjectKeyIdentifier) }))
        try assertStrict(check, at: 1, bench.path(issuing: { $0.extensions.remove(.authorityKeyIdentifier) }))
        try bench.assertPasses(check, bench.path(leaf: { $0.extensions.remove(.subjectKeyIdentifier) }), .strict)
        try bench.assertPasses(check, bench.path(leaf: { $0.extensions.remove(.authorityKeyIdentifier) }), .strict)
    }

    func test_an_authority_key_identifier_names_the_key_and_the_issuer_by_both_or_none() throws {
        let check = KeyIdentifierCheck()
        func leaf(_ identifier: ExtensionTemplate) throws -> CandidatePath {
            try bench.path(leaf: { $0.extensions.replace(identifier) })
        }
        let name: NameTemplate = "Bench Root"
        try assertStrict(check, at: 0, leaf(.authorityKeyIdentifier(nil)), saying: "without a key identifier")
        try assertStrict(check, at: 0, leaf(.authorityKeyIdentifier([1], issuer: name)), saying: "both or none")
        try assertStrict(check, at: 0, leaf(.authorityKeyIdentifier([1], serialNumber: [1])), saying: "both or none")
        try bench.assertPasses(check, leaf(.authorityKeyIdentifier([1], issuer: name, serialNumber: [1])), .strict)
        let root = try bench.path(root: { $0.extensions.append(.authorityKeyIdentifier(nil)) })
        try assertStrict(check, at: 2, root)
        try bench.assertPasses(check, bench.path(root: { $0.extensions.append(.authorityKeyIdentifier([1])) }), .strict)
    }

    func test_texts_of_names_are_valid_in_their_types() throws {
        func path(_ attributes: [NameTemplate.Attribute]) throws -> CandidatePath {
            try bench.path(leaf: { $0.subject = NameTemplate([attributes]) })
        }
        func attribute(_ tag: UInt8, _ bytes: [UInt8]) -> NameTemplate.Attribute {
            NameTemplate.Attribute(type: .commonName, tag: tag, contents: bytes)
        }
        let check = NameEncodingCheck()
        try assertStrict(check, at: 0, path([attribute(0x13, Array("a@b".utf8))]), saying: "PrintableString")
        try assertStrict(check, at: 0, path([attribute(0x16, [0xC3])]), saying: "not valid")
        for good in [
            attribute(0x13, Array("a.b".utf8)), attribute(0x0C, [0xC3, 0xA4]), attribute(0x1E, [0x00, 0x41]),
        ] {
            try bench.assertPasses(check, path([good]), .strict)
        }
        let twice = [NameTemplate.Attribute(.commonName, "a"), NameTemplate.Attribute(.commonName, "b")]
        try assertStrict(check, at: 0, path(twice), saying: "twice")
        let both = [NameTemplate.Attribute(.commonName, "a"), NameTemplate.Attribute(.organizationName, "b")]
        try bench.assertPasses(check, path(both), .strict)
    }

    func test_attributes_of_a_relative_name_are_in_DER_order() throws {
        let first = DER.sequence([DER.objectIdentifier(.commonName), DER.utf8String("a")])
        let second = DER.sequence([DER.objectIdentifier(.organizationName), DER.utf8String("b")])
        func path(_ attributes: [[UInt8]]) throws -> CandidatePath {
            try bench.path(leaf: { $0.subject = NameTemplate(encoded: DER.sequence([DER.set(attributes)])) })
        }
        try assertStrict(NameEncodingCheck(), at: 0, path([second, first]), saying: "DER order")
        try bench.assertPasses(NameEncodingCheck(), path([first, second]), .strict)
    }

    func test_attributes_are_no_longer_than_their_upper_bounds() throws {
        let long = String(repeating: "ä", count: 65)
        let check = NameEncodingCheck()
        try assertStrict(check, at: 0, bench.path(leaf: { $0.subject = NameTemplate(commonName: long) }), saying: "65")
        let allowed = NameTemplate(commonName: String(long.dropLast()))
        try bench.assertPasses(check, bench.path(leaf: { $0.subject = allowed }), .strict)
        try bench.assertPasses(check, bench.path(root: { $0.subject = "Bench Root" }), .strict)
    }

    func test_empty_extensions_are_refused_in_the_strict_profile() throws {
        let check = ExtensionContentsCheck()
        for identifier in ["2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.31", "1.3.6.1.5.5.7.1.1"] {
            let empty = ExtensionTemplate.custom(identifier, value: [0x30, 0])
            try assertStrict(
                check,
                at: 0,
                bench.path(leaf: { $0.extensions.append(empty) }),
                saying: "\(identifier) is empty"
            )
            try assertStrict(check, at: 1, bench.path(issuing: { $0.extensions.append(empty) }))
        }
        let reasons = DER.sequence([DER.sequence([[0x81] + DER.namedBits([1]).dropFirst()])])
        let point = ExtensionTemplate.custom("2.5.29.31", value: reasons)
        try assertStrict(check, at: 0, bench.path(leaf: { $0.extensions.append(point) }), saying: "distribution point")
        let whole = ExtensionTemplate.crlDistributionPoints([[.uri("http://a.example/crl")]])
        try bench.assertPasses(check, bench.path(leaf: { $0.extensions.append(whole) }), .strict)
    }

    func test_an_RSA_modulus_has_whole_bytes() throws {
        let key = try TestKey.generate(.rsa(bits: 2050)).subjectPublicKeyInfo()
        try assertStrict(KeyStrengthCheck(), .weakKey, at: 0, bench.path(leaf: { $0.subjectPublicKeyInfo = key }))
        let even = try TestKey.generate(.rsa(bits: 2056)).subjectPublicKeyInfo()
        try bench.assertPasses(KeyStrengthCheck(), bench.path(leaf: { $0.subjectPublicKeyInfo = even }), .strict)
    }
}
