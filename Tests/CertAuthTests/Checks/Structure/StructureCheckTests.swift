// SPDX-License-Identifier: Apache-2.0
// Versions, subjects, extensions and qualifiers.

import CertAuth
import CertAuthTesting
import XCTest

final class StructureCheckTests: XCTestCase {
    private let bench = CheckBench()

    func test_extensions_need_version_3() throws {
        let check = VersionCheck()
        for version in [1, nil, 4] {
            try bench.assertRefuses(check, .malformed, at: 0, bench.path(leaf: { $0.version = version }))
            try bench.assertRefuses(check, .malformed, at: 1, bench.path(issuing: { $0.version = version }))
            try bench.assertRefuses(check, .malformed, at: 2, bench.path(root: { $0.version = version }))
        }
        try bench.assertPasses(check, bench.path(), .strict)
    }

    func test_a_leaf_of_version_1_or_2_passes_unless_the_profile_is_strict() throws {
        let check = VersionCheck()
        for version in [nil, 1] {
            let path = try bench.path(leaf: {
                $0.version = version
                $0.extensions = []
            })
            try bench.assertPasses(check, path)
            try bench.assertRefuses(check, .malformed, at: 0, path, .strict)
        }
        let root = try bench.path(root: {
            $0.version = nil
            $0.extensions = []
        })
        try bench.assertPasses(check, root, .strict)
    }

    func test_unique_identifiers_need_version_2() throws {
        func path(_ version: Int?) throws -> CandidatePath {
            try bench.path(leaf: {
                $0.version = version
                $0.extensions = []
                $0.subjectUniqueID = [1]
            })
        }
        try bench.assertRefuses(VersionCheck(), .malformed, at: 0, path(nil), saying: "unique identifiers")
        try bench.assertPasses(VersionCheck(), path(1))
    }

    func test_an_issuer_has_a_name() throws {
        let check = SubjectCheck()
        let path = try bench.path(root: {
            $0.subject = .empty
            $0.issuer = .empty
        })
        try bench.assertRefuses(check, .malformed, at: 1, path)
        try bench.assertPasses(check, bench.path())
    }

    func test_a_leaf_without_subject_needs_alternative_names_and_strictly_critical_ones() throws {
        let check = SubjectCheck()
        func path(_ names: ExtensionTemplate?) throws -> CandidatePath {
            try bench.path(leaf: {
                $0.subject = .empty
                if let names { $0.extensions.append(names) }
            })
        }
        let plain = try path(.subjectAlternativeNames([.dns("a.example")]))
        try bench.assertPasses(check, path(.subjectAlternativeNames([.dns("a.example")], critical: true)), .strict)
        try bench.assertRefuses(check, .malformed, at: 0, plain, .strict, saying: "not critical")
        try bench.assertPasses(check, plain)
        try bench.assertRefuses(check, .malformed, at: 0, path(nil), saying: "no alternative names")
    }

    func test_extensions_that_OpenSSL_reads_can_be_decoded() throws {
        let check = ExtensionSyntaxCheck()
        let broken: CheckBench.Change = {
            $0.extensions.append(ExtensionTemplate(.policyConstraints, critical: true, value: [0x30, 0x01]))
        }
        try bench.assertRefuses(check, .malformed, at: 0, bench.path(leaf: broken), saying: "2.5.29.36")
        try bench.assertRefuses(check, .malformed, at: 1, bench.path(issuing: broken))
        let whole: CheckBench.Change = { $0.extensions.append(.policyConstraints(requireExplicitPolicy: 3)) }
        try bench.assertPasses(check, bench.path(leaf: whole, issuing: whole))
    }

    func test_extensions_that_OpenSSL_reads_have_nothing_after_their_value() throws {
        let names = DER.sequence([DER.context(1, Array("a@b.example".utf8))])
        let constraints = DER.sequence([DER.context(0, [1])])
        let mapping = DER.sequence([
            DER.sequence([DER.objectIdentifier(dotted: "1.2.3.4"), DER.objectIdentifier(dotted: "1.2.3.5")])
        ])
        let values: [(String, [UInt8])] = [
            ("2.5.29.18", names), ("2.5.29.36", constraints), ("2.5.29.33", mapping), ("2.5.29.54", [2, 1, 1]),
        ]
        for (identifier, value) in values {
            for rest: [UInt8] in [[], [0], [5, 0]] {
                let change: CheckBench.Change = {
                    $0.extensions.append(.custom(identifier, critical: false, value: value + rest))
                }
                if rest.isEmpty {
                    try bench.assertPasses(ExtensionSyntaxCheck(), bench.path(leaf: change, issuing: change))
                } else {
                    let check = ExtensionSyntaxCheck()
                    try bench.assertRefuses(check, .malformed, at: 0, bench.path(leaf: change), saying: identifier)
                    try bench.assertRefuses(check, .malformed, at: 1, bench.path(issuing: change), saying: identifier)
                }
            }
        }
    }

    func test_a_critical_certificate_type_of_netscape_is_refused() throws {
        func change(critical: Bool) -> CheckBench.Change {
            { $0.extensions.append(.custom("2.16.840.1.113730.1.1", critical: critical, value: [3, 2, 7, 0x80])) }
        }
        let check = ProcessedExtensionCheck()
        let (critical, other) = (change(critical: true), change(critical: false))
        try bench.assertRefuses(check, .criticalExtension, at: 0, bench.path(leaf: critical), saying: "113730.1.1")
        try bench.assertRefuses(check, .criticalExtension, at: 1, bench.path(issuing: critical))
        try bench.assertPasses(check, bench.path(root: critical))
        try bench.assertPasses(check, bench.path(leaf: other, issuing: other))
    }

    func test_extensions_that_only_newer_versions_of_OpenSSL_read_are_not_checked() throws {
        // basicAttConstraints, noRevAvail and subjectDirectoryAttributes, which OpenSSL reads since 3.4.
        for identifier in ["2.5.29.41", "2.5.29.56", "2.5.29.9"] {
            let broken: CheckBench.Change = {
                $0.extensions.append(.custom(identifier, critical: false, value: [0x30, 0x01]))
            }
            try bench.assertPasses(ExtensionSyntaxCheck(), bench.path(leaf: broken, issuing: broken))
        }
    }

    func test_empty_autonomous_system_identifiers_are_refused() throws {
        func path(_ value: [UInt8]) throws -> CandidatePath {
            try bench.path(leaf: { $0.extensions.append(.custom("1.3.6.1.5.5.7.1.8", critical: true, value: value)) })
        }
        let inherited = DER.sequence([DER.constructed(0, [DER.null])])
        try bench.assertRefuses(ExtensionSyntaxCheck(), .malformed, at: 0, path([0x30, 0]))
        try bench.assertPasses(ExtensionSyntaxCheck(), path(inherited))
    }

    func test_unknown_policy_qualifiers_are_refused_where_policies_are_critical() throws {
        func path(_ qualifier: String, critical: Bool) throws -> CandidatePath {
            let entry = DER.sequence([DER.objectIdentifier(dotted: qualifier), DER.ia5String("https://a.example")])
            let policy = DER.sequence([DER.objectIdentifier(.anyPolicy), DER.sequence([entry])])
            return try bench.path(leaf: {
                $0.extensions.append(
                    ExtensionTemplate(.certificatePolicies, critical: critical, value: DER.sequence([policy]))
                )
            })
        }
        let check = PolicyQualifierCheck()
        try bench.assertRefuses(check, .criticalExtension, at: 0, path("1.2.3.4", critical: true), saying: "1.2.3.4")
        try bench.assertPasses(check, path("1.2.3.4", critical: false))
        try bench.assertPasses(check, path("1.3.6.1.5.5.7.2.1", critical: true))
    }
}
