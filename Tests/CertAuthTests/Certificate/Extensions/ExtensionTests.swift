// SPDX-License-Identifier: Apache-2.0
// The extensions that CertAuth reads, valid and invalid.

import CertAuth
import CertAuthTesting
import XCTest

final class ExtensionTests: XCTestCase {
    private func certificate(_ extensions: [ExtensionTemplate]) throws -> Certificate {
        try Stage().issuing.issue("alice") { $0.extensions = extensions }.certificate
    }

    private func breach(_ extensions: [ExtensionTemplate]) -> DERError.Reason? {
        do {
            _ = try certificate(extensions)
            return nil
        } catch {
            if case .malformedExtension(_, let error)? = (error as? CertificateError)?.cause { return error.reason }
            XCTFail("\(error)")
            return nil
        }
    }

    func test_every_bit_of_key_usage_is_read_by_its_name() throws {
        for bit in KeyUsageBit.allCases {
            let usage = try XCTUnwrap(try certificate([.keyUsage([bit])]).keyUsage)
            XCTAssertEqual(usage.names, ["\(bit)"])
            XCTAssertEqual(usage.rawValue, 1 << UInt16(bit.rawValue))
        }
        let all = try certificate([.keyUsage(Set(KeyUsageBit.allCases))]).keyUsage
        XCTAssertEqual(all?.names, KeyUsageBit.allCases.map { "\($0)" })
        XCTAssertNil(try certificate([.basicConstraints(isAuthority: false)]).keyUsage)
    }

    func test_key_usage_that_is_not_a_bit_string_is_refused() {
        XCTAssertEqual(
            breach([.custom("2.5.29.15", value: DER.integer(1))]),
            .unexpectedTag(found: 0x02, expected: 0x03)
        )
        XCTAssertEqual(
            breach([.custom("2.5.29.15", value: DER.bitString([0x80], unusedBits: 7) + [0])]),
            .trailingBytes(count: 1)
        )
        XCTAssertNil(breach([.custom("2.5.29.15", value: DER.bitString([0x80], unusedBits: 7))]))
    }

    func test_extended_key_usage_keeps_every_purpose_in_order_and_must_have_one() throws {
        let own = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        XCTAssertEqual(
            try certificate([.extendedKeyUsage([.clientAuth, own, .anyExtendedKeyUsage])]).extendedKeyUsage,
            [.clientAuth, own, .anyExtendedKeyUsage]
        )
        XCTAssertEqual(breach([.extendedKeyUsage([])]), .invalidValue("an empty list of purposes"))
        XCTAssertEqual(
            breach([.custom("2.5.29.37", value: DER.sequence([DER.null]))]),
            .unexpectedTag(found: 0x05, expected: 0x06)
        )
    }

    func test_basic_constraints_define_which_certificates_may_issue_and_to_which_depth() throws {
        let known: [(ExtensionTemplate, BasicConstraints?, Bool, Int?)] = [
            (.basicConstraints(isAuthority: true, pathLength: 3), nil, true, 3),
            (.basicConstraints(isAuthority: true), nil, true, nil),
            (.basicConstraints(isAuthority: false), nil, false, nil),
            (.basicConstraints(isAuthority: true, pathLength: 0), nil, true, 0),
        ]
        for (template, _, isAuthority, length) in known {
            let constraints = try certificate([template]).basicConstraints
            XCTAssertEqual(constraints?.isCertificateAuthority, isAuthority)
            XCTAssertEqual(constraints?.pathLength, length)
        }
        let none = try certificate([.subjectKeyIdentifier([1])])
        XCTAssertNil(none.basicConstraints)
        XCTAssertFalse(none.isCertificateAuthority)
        XCTAssertEqual(
            breach([.custom("2.5.29.19", value: DER.sequence([DER.boolean(true), DER.integer(-1)]))]),
            .invalidValue("a negative number")
        )
    }

    func test_policies_are_read_with_and_without_qualifiers() throws {
        let own = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        XCTAssertEqual(try certificate([.certificatePolicies([own, .anyPolicy])]).policies, [own, .anyPolicy])
        let qualified = DER.sequence([
            DER.sequence([
                DER.objectIdentifier(own), DER.sequence([DER.sequence([DER.objectIdentifier(own), DER.null])]),
            ])
        ])
        XCTAssertEqual(try certificate([.custom("2.5.29.32", value: qualified)]).policies, [own])
    }

    func test_services_of_the_issuer_are_read_by_their_method() throws {
        let found = try certificate([
            .authorityInformationAccess(ocsp: ["http://o/1", "http://o/2"], caIssuers: ["http://c/"])
        ])
        XCTAssertEqual(found.ocspResponders, ["http://o/1", "http://o/2"])
        XCTAssertEqual(found.issuerCertificateLocations, ["http://c/"])
        XCTAssertEqual(found.authorityInfoAccess.count, 3)
    }

    func test_distribution_points_keep_their_addresses_reasons_and_issuers() throws {
        let found = try certificate([
            .crlDistributionPoints([
                [.uri("http://a/"), .uri("ldap://b/")], [.directory(NameTemplate(commonName: "D"))],
            ])
        ]).crlDistributionPoints
        XCTAssertEqual(found.map(\.uris), [["http://a/", "ldap://b/"], []])
        XCTAssertEqual(found.map(\.reasons), [nil, nil])
        let value = DER.sequence([
            DER.sequence([
                DER.value(0x81, [0x05, 0x60]),
                DER.constructed(2, [GeneralNameTemplate.directory(NameTemplate(commonName: "I")).encoded]),
            ]),
            DER.sequence([DER.constructed(0, [DER.constructed(1, [DER.null])])]),
        ])
        let rare = try certificate([.custom("2.5.29.31", value: value)]).crlDistributionPoints
        XCTAssertEqual(rare.first?.reasons, 0b110)
        XCTAssertNil(rare.first?.name)
        XCTAssertEqual(rare.first?.crlIssuer.map(\.description), ["directory:CN=I"])
        XCTAssertEqual(rare.last?.name, .relativeToIssuer(DER.null))
        XCTAssertEqual(
            breach([.custom("2.5.29.31", value: DER.sequence([DER.sequence([DER.constructed(0, [DER.null])])]))]),
            .unexpectedTag(found: 0x05, expected: 0xA0)
        )
    }

    func test_key_identifiers_of_subject_and_issuer_are_read() throws {
        let name = NameTemplate(commonName: "Issuer")
        let found = try certificate([
            .subjectKeyIdentifier([1, 2]), .authorityKeyIdentifier([3, 4], issuer: name, serialNumber: [5]),
        ])
        XCTAssertEqual(found.subjectKeyIdentifier, [1, 2])
        XCTAssertEqual(found.authorityKeyIdentifier?.keyIdentifier, [3, 4])
        XCTAssertEqual(found.authorityKeyIdentifier?.issuer.map(\.description), ["directory:CN=Issuer"])
        XCTAssertEqual(found.authorityKeyIdentifier?.serialNumber, [5])
        let empty = try certificate([.authorityKeyIdentifier(nil)])
        XCTAssertNotNil(empty.authorityKeyIdentifier)
        XCTAssertNil(empty.authorityKeyIdentifier?.keyIdentifier)
    }

    func test_an_extension_that_occurs_twice_is_refused() throws {
        let identifier = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        assertThrows(CertificateError.duplicateExtension(identifier)) {
            _ = try certificate([.custom("1.2.3.4", value: DER.null), .custom("1.2.3.4", value: DER.null)])
        }
        XCTAssertNoThrow(try certificate([.custom("1.2.3.4", value: DER.null), .custom("1.2.3.5", value: DER.null)]))
    }

    func test_an_empty_list_of_extensions_is_refused() throws {
        XCTAssertThrowsError(
            try Stage().issuing.issue("alice") {
                $0.extensions = []
                $0.writesEmptyExtensions = true
            }.certificate
        ) { error in
            guard case .malformed(let found)? = (error as? CertificateError)?.cause else { return XCTFail("\(error)") }
            XCTAssertEqual(found.reason, .invalidValue("an empty list of extensions"))
        }
        let none = try Stage().issuing.issue("alice") { $0.extensions = [] }
        XCTAssertEqual(try none.certificate.extensions, [])
    }

    func test_a_criticality_of_false_that_is_written_out_is_tolerated() throws {
        var template = ExtensionTemplate.subjectKeyIdentifier([1])
        template.criticality = .explicitFalse
        XCTAssertEqual(try certificate([template]).extensions.map(\.isCritical), [false])
        template.criticality = .critical
        XCTAssertEqual(try certificate([template]).extensions.map(\.isCritical), [true])
    }

    func test_the_version_is_printed() throws {
        let stage = try Stage()
        XCTAssertEqual(try stage.issuing.issue("alice").certificate.version, 3)
        let old = try stage.issuing.issue("alice") {
            $0.version = nil
            $0.extensions = []
        }
        XCTAssertEqual(try old.certificate.version, 1)
    }
}
