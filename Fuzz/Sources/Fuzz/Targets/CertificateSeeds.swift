// SPDX-License-Identifier: Apache-2.0
// Certificates with everything that the reader and the checks know.

import CertAuth
import CertAuthTesting

struct CertificateSeeds {
    let issuer: TestAuthority

    private static let policies = ["1.2.3.4", "1.2.3.5", "2.5.29.32.0"].compactMap { OID(dotted: $0) }
    private static let names: [GeneralNameTemplate] = [
        .dns("a.b.example"), .dns("*.b.example"), .email("a@b.example"), .uri("spiffe://b.example/a"),
        .uri("https://user@b.example:443/a?b#c"), .ip("192.0.2.1"), .ip("2001:db8::1"), .directory("below"),
        .smtpUTF8Mailbox("müller@b.example"), .userPrincipalName("a@b.example"),
    ]

    /// Clients of many kinds.
    func leaves() throws -> [[UInt8]] {
        let changes: [(inout CertificateTemplate) -> Void] = [
            { _ in },
            { $0.extensions.append(.subjectAlternativeNames(Self.names)) },
            { $0.extensions.append(.certificatePolicies(Self.policies)) },
            {
                $0.extensions.append(.crlDistributionPoints([[.uri("http://b.example/crl"), .directory("point")]]))
                $0.extensions.append(.freshestCRL([[.uri("http://b.example/delta")]]))
            },
            { $0.extensions.append(.issuerAlternativeNames([.dns("b.example")])) },
            { $0.extensions.append(.custom("1.2.3.4", critical: true, value: DER.null)) },
            { $0.extensions.append(.ocspNoCheck()) },
            { $0.extensions = [] },
            {
                $0.version = nil
                $0.extensions = []
            },
            {
                $0.issuerUniqueID = [1, 2]
                $0.subjectUniqueID = [3]
            },
            { $0.subject = NameTemplate(commonName: "Ünïcode, \"quoted\" \\ + = # ") },
            { $0.serialNumber = [0x7F] + [UInt8](repeating: 0xFF, count: 19) },
            { $0.notAfter = .generalizedTime(FuzzWorld.now) },
            { $0.extensions.append(.policyConstraints(requireExplicitPolicy: 4)) },
        ]
        let kinds: [TestKey.Kind] = [.p256, .p384, .p521, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448]
        return try changes.map { change in
            try issuer.issue("alice", key: FuzzWorld.key("alice")) { change(&$0) }.certificateDER
        } + kinds.map { try issuer.issue("alice", key: .generate($0)).certificateDER }
    }

    /// Authorities with every constraint.
    func authorities(_ name: String, key: TestKey) throws -> [[UInt8]] {
        let bases: [GeneralNameTemplate] = [
            .dns("b.example"), .dns(".example"), .email("b.example"), .email(".example"), .email("a@b.example"),
            .uri("b.example"), .uri(".example"), .ipRange("192.0.2.0", mask: "255.255.255.0"),
            .ipRange("2001:db8::", mask: "ffff:ffff::"), .directory("below"),
            .smtpUTF8Mailbox("b.example"),
        ]
        let mapped = Self.policies.prefix(2)
        let changes: [(inout CertificateTemplate) -> Void] = [
            { _ in },
            { $0.extensions.append(.nameConstraints(permitted: bases)) },
            { $0.extensions.append(.nameConstraints(excluded: bases)) },
            { $0.extensions.append(.nameConstraints(permitted: [bases[0]], excluded: [bases[7]])) },
            { $0.extensions.append(.certificatePolicies(Self.policies)) },
            {
                $0.extensions.append(.certificatePolicies(Array(mapped)))
                $0.extensions.append(.policyMappings([(issuer: mapped[0], subject: mapped[1])]))
            },
            { $0.extensions.append(.inhibitAnyPolicy(0)) },
            // OpenSSL frees the constraints only beside policies.
            { $0.extensions.append(.policyConstraints(requireExplicitPolicy: 4)) },
            { $0.extensions.replace(.basicConstraints(isAuthority: true, pathLength: 0)) },
            { $0.extensions.append(.extendedKeyUsage([.clientAuth])) },
        ]
        return try changes.map { change in try issuer.intermediate(name, key: key) { change(&$0) }.certificateDER }
    }
}
