// SPDX-License-Identifier: Apache-2.0
// Encodings and usages that RFC 5280 §4 forbids issuers: refused in the strict profile, accepted by default.

import CertAuth
import CertAuthTesting
import XCTest

final class EncodingProfileTests: XCTestCase {
    private let bench = CheckBench()

    private func assertStrict(
        _ check: any PathCheck,
        at index: Int,
        _ path: CandidatePath,
        saying text: String,
        line: UInt = #line
    ) throws {
        try bench.assertRefuses(check, .malformed, at: index, path, .strict, saying: text, line: line)
        try bench.assertPasses(check, path, .rfc5280, line: line)
    }

    private func path(_ entry: ExtensionTemplate) throws -> CandidatePath {
        try bench.path(leaf: { $0.extensions.replace(entry) })
    }

    func test_dates_through_2049_are_UTCTime() throws {
        let check = EncodingCheck()
        let last = Timestamp(secondsSince1970: 2_524_607_999)
        for (first, end, text) in [
            (TimeTemplate.generalizedTime(Stage.moment), TimeTemplate.automatic(last), "notBefore"),
            (.automatic(Stage.moment), .generalizedTime(last), "notAfter 2049-12-31T23:59:59Z"),
        ] {
            let change: CheckBench.Change = {
                $0.notBefore = first
                $0.notAfter = end
            }
            try assertStrict(check, at: 0, bench.path(leaf: change), saying: text)
            try assertStrict(check, at: 1, bench.path(issuing: change), saying: text)
            try bench.assertPasses(check, bench.path(root: change), .strict)
        }
        let later = TimeTemplate.generalizedTime(last.adding(seconds: 1))
        try bench.assertPasses(check, bench.path(leaf: { $0.notAfter = later }), .strict)
    }

    func test_version_1_and_critical_FALSE_are_not_written_out() throws {
        let check = EncodingCheck()
        let plain = DER.sequence([
            DER.objectIdentifier(dotted: "1.2.3.4"), DER.boolean(false), DER.octetString(DER.null),
        ])
        let written: CheckBench.Change = { template in
            template.extensions.append(.custom("1.2.3.4", value: DER.null))
            let short = DER.sequence([DER.objectIdentifier(dotted: "1.2.3.4"), DER.octetString(DER.null)])
            template.rewriteSignedPart = { part in Self.replacing(short, by: plain, in: part) }
        }
        try assertStrict(check, at: 0, bench.path(leaf: written), saying: "critical FALSE of extension 1.2.3.4")
        try assertStrict(check, at: 1, bench.path(issuing: written), saying: "critical FALSE")
        let first: CheckBench.Change = {
            $0.version = 0
            $0.extensions = []
        }
        try assertStrict(check, at: 0, bench.path(leaf: first), saying: "version 1")
        try bench.assertPasses(
            check,
            bench.path(leaf: {
                $0.version = nil; $0.extensions = []
            }),
            .strict
        )
        let value = DER.sequence([DER.boolean(false)])
        let constraints = ExtensionTemplate(.basicConstraints, critical: true, value: value)
        try bench.assertPasses(check, path(constraints), .strict)
    }

    func test_named_bits_have_no_trailing_zeros() throws {
        let check = EncodingCheck()
        for bits in [[0x03, 0x02, 0x00, 0x80], [0x03, 0x03, 0x07, 0x80, 0x00], [0x03, 0x02, 0x06, 0x80]] as [[UInt8]] {
            try assertStrict(check, at: 0, path(.custom("2.5.29.15", critical: true, value: bits)), saying: "keyUsage")
        }
        let name = DER.constructed(0, [DER.constructed(0, [GeneralNameTemplate.uri("http://a.example/").encoded])])
        func point(_ reasons: [UInt8]) -> ExtensionTemplate {
            .custom("2.5.29.31", value: DER.sequence([DER.sequence([name, DER.context(1, reasons)])]))
        }
        try assertStrict(check, at: 0, path(point([0x00, 0x60])), saying: "reasons")
        try bench.assertPasses(check, path(point([0x05, 0x60])), .strict)
        try bench.assertPasses(check, path(.keyUsage([.digitalSignature, .decipherOnly])), .strict)
    }

    func test_usages_and_path_lengths_belong_together() throws {
        let check = AuthorityUsageCheck()
        try assertStrict(
            check,
            at: 1,
            bench.path(issuing: { $0.extensions.remove(.keyUsage) }),
            saying: "without keyUsage"
        )
        try assertStrict(check, at: 0, path(.keyUsage([])), saying: "without a set bit")
        let length = ExtensionTemplate.basicConstraints(isAuthority: false, pathLength: 0)
        try assertStrict(check, at: 0, path(length), saying: "not a CA certificate")
        let mute: CheckBench.Change = {
            $0.extensions.replace(.basicConstraints(isAuthority: true, pathLength: 0))
            $0.extensions.replace(.keyUsage([.digitalSignature]))
        }
        try assertStrict(check, at: 0, bench.path(leaf: mute), saying: "lacks keyCertSign")
        let whole: CheckBench.Change = { $0.extensions.replace(.basicConstraints(isAuthority: true, pathLength: 3)) }
        try bench.assertPasses(check, bench.path(leaf: { $0.extensions.remove(.keyUsage) }, issuing: whole), .strict)
        try bench.assertPasses(check, bench.path(root: { $0.extensions.remove(.keyUsage) }), .strict)
    }

    func test_explicitText_is_not_an_IA5String_and_has_at_most_200_characters() throws {
        let check = PolicyTextCheck()
        func policies(_ text: [UInt8], reference: [UInt8] = []) -> ExtensionTemplate {
            let notice = DER.sequence([
                DER.objectIdentifier(dotted: "1.3.6.1.5.5.7.2.2"), DER.sequence([reference, text]),
            ])
            let pointer = DER.sequence([
                DER.objectIdentifier(dotted: "1.3.6.1.5.5.7.2.1"), DER.ia5String("http://a.example/"),
            ])
            let policy = DER.sequence([DER.objectIdentifier(dotted: "1.2.3"), DER.sequence([pointer, notice])])
            return .custom("2.5.29.32", value: DER.sequence([policy]))
        }
        let reference = DER.sequence([DER.utf8String("Example"), DER.sequence([DER.integer(1)])])
        let long = String(repeating: "\u{E4}", count: 201)
        try assertStrict(check, at: 0, path(policies(DER.ia5String("a"))), saying: "IA5String")
        try assertStrict(check, at: 0, path(policies(DER.utf8String(long))), saying: "201 characters")
        try assertStrict(check, at: 0, path(policies(DER.utf8String(long), reference: reference)), saying: "201")
        for text in [
            DER.utf8String(String(long.dropLast())), DER.value(0x1A, Array("a".utf8)), DER.value(0x1E, [0, 0x61]), [],
        ] {
            try bench.assertPasses(check, path(policies(text)), .strict)
            try bench.assertPasses(check, path(policies(text, reference: reference)), .strict)
        }
    }

    func test_attributes_have_the_string_type_of_their_definition_and_a_text() throws {
        let check = NameEncodingCheck()
        func path(_ type: OID, _ tag: UInt8, _ text: String) throws -> CandidatePath {
            let attribute = NameTemplate.Attribute(type: type, tag: tag, contents: Array(text.utf8))
            return try bench.path(leaf: { $0.subject = NameTemplate([[attribute]]) })
        }
        for type in [OID.emailAddress, .domainComponent] {
            try assertStrict(check, at: 0, path(type, 0x0C, "a"), saying: "IA5String")
            try bench.assertPasses(check, path(type, 0x16, "a"), .strict)
        }
        for type in [OID.countryName, .serialNumberAttribute] {
            try assertStrict(check, at: 0, path(type, 0x0C, "DE"), saying: "PrintableString")
            try bench.assertPasses(check, path(type, 0x13, "DE"), .strict)
        }
        try assertStrict(check, at: 0, path(.commonName, 0x0C, ""), saying: "is empty")
    }

    private static func replacing(_ old: [UInt8], by new: [UInt8], in part: [UInt8]) -> [UInt8] {
        guard var outer = try? DERReader(part).single(), let all = try? outer.values() else { return part }
        let fields = all.map { value -> [UInt8] in
            guard value.tag == 0xA3, var list = try? value.reader.single(), let entries = try? list.values() else {
                return Array(value.encoding)
            }
            return DER.constructed(
                3,
                [DER.sequence(entries.map { Array($0.encoding) == old ? new : Array($0.encoding) })]
            )
        }
        return DER.sequence(fields)
    }
}

extension DERReader {
    /// Returns a reader of the contents of the only value.
    fileprivate func single() throws(DERError) -> DERReader {
        var reader = self
        return try reader.constructed()
    }
}
