// SPDX-License-Identifier: Apache-2.0
// Certificates that may have issued each other, so that there are many paths to try.

import CertAuth
import CertAuthTesting

extension HostileChain {
    /// Ten certificates of one name that may all have issued each other.
    static func meshes() throws -> [HostileChain] {
        let authority = RawCertificate.extension("2.5.29.19", DER.sequence([DER.boolean(true)]), isCritical: true)
        func mesh(_ name: String, _ key: [UInt8], _ more: [[UInt8]] = [], signature: [UInt8]? = nil) -> HostileChain {
            var certificate = RawCertificate(key: key, extensions: [authority] + more)
            if let signature {
                certificate.signature = signature
                certificate.algorithm = DER.sequence([DER.objectIdentifier(dotted: "1.2.840.113549.1.1.11"), DER.null])
            }
            return HostileChain(name, times: 10, certificate)
        }
        let p256 = try TestKey.generate(.p256).subjectPublicKeyInfo()
        let subtrees = RawCertificate.fill(4_000) { index in
            DER.sequence([DER.context(2, Array("\(index).example".utf8))])
        }
        let constraints = RawCertificate.extension(
            "2.5.29.30",
            DER.sequence([DER.constructed(1, subtrees)]),
            isCritical: true
        )
        let names = RawCertificate.fill(1_000) { DER.context(2, Array("\($0).test".utf8)) }
        let alternatives = RawCertificate.extension("2.5.29.17", DER.sequence(names))
        let rsa = Keys.rsa(bits: 8192, exponent: [0] + [UInt8](repeating: 0xFF, count: 8))
        return [
            mesh("mesh of P-256", p256), mesh("mesh with constraints and names", p256, [constraints, alternatives]),
            mesh("mesh of RSA 8192", rsa, signature: [UInt8](repeating: 0x11, count: 1024)),
            mesh("mesh of sect571r1", Keys.curve("1.3.132.0.39", Keys.sect571r1)),
            mesh("mesh of unknown algorithms", Keys.unknown),
        ]
    }

    /// Clients of an attacker whose issuers have different keys and lead almost to the anchor.
    static func meshes(in world: World) throws -> [HostileChain] {
        let anchor = "Client Root"
        let issuing = try world.root.intermediate("Issuing")
        return [
            try forged("10 P-256 keys of the anchor's name", .p256, anchor),
            try forged("10 P-384 keys of the anchor's name", .p384, anchor),
            try forged("10 P-521 keys of the anchor's name", .p521, anchor),
            try forged("10 P-384 keys, SHA-224", .p384, anchor, algorithm: "1.2.840.10045.4.3.1"),
            try forged("10 P-521 keys, SHA-224", .p521, anchor, algorithm: "1.2.840.10045.4.3.1"),
            try forged("10 P-384 keys, SHA3-256", .p384, anchor, algorithm: "2.16.840.1.101.3.4.3.10"),
            try forged("10 P-384 keys, SHA-1", .p384, anchor, algorithm: "1.2.840.10045.4.1"),
            try forged("10 P-256 keys of another name", .p256, "Mesh"),
            try forged("10 P-256 keys below an authority", .p256, "Issuing", genuine: [issuing.certificateDER]),
            try signed("signed mesh of the anchor's name", anchor),
            try signed("signed mesh of Ed448", anchor, .ed448),
            try signed("signed mesh of P-521", anchor, .p521),
            try signed("signed mesh of another name", "Mesh"),
            try signed("signed mesh below an authority", "Issuing", genuine: [issuing.certificateDER]),
            try belowClient(of: world.root),
        ]
    }

    /// Issuers of one name with invalid signatures.
    private static func forged(
        _ name: String,
        _ kind: TestKey.Kind,
        _ subject: String,
        algorithm: String = "1.2.840.10045.4.3.2",
        genuine: [[UInt8]] = []
    ) throws -> HostileChain {
        let authority = RawCertificate.extension("2.5.29.19", DER.sequence([DER.boolean(true)]), isCritical: true)
        let client = try TestAuthority(subject).issue("mallory") { Self.hideKey(&$0) }
        let others = try (0..<9 - genuine.count).map { _ in
            let name = RawCertificate.name(subject)
            let key = try TestKey.generate(kind).subjectPublicKeyInfo()
            var certificate = RawCertificate(key: key, subject: name, issuer: name, extensions: [authority])
            certificate.algorithm = DER.sequence([DER.objectIdentifier(dotted: algorithm)])
            return certificate.der
        }
        return HostileChain(name, client, others + genuine)
    }

    /// Authorities of one name that certify each other.
    private static func signed(
        _ name: String,
        _ subject: String,
        _ kind: TestKey.Kind = .p256,
        genuine: [[UInt8]] = []
    ) throws -> HostileChain {
        let authorities = try (0..<9 - genuine.count).map { _ in
            try TestAuthority(subject, key: try TestKey.generate(kind))
        }
        return HostileChain(
            name,
            try authorities[0].issue("mallory") { Self.hideKey(&$0) },
            try ring(authorities) + genuine
        )
    }

    /// Removes the key identifier, which would select one of many issuers.
    private static func hideKey(_ template: inout CertificateTemplate) {
        if let identifier = OID(dotted: "2.5.29.35") { template.extensions.remove(identifier) }
    }

    /// Each authority is certified by the next one, without key identifiers.
    private static func ring(_ authorities: [TestAuthority]) throws -> [[UInt8]] {
        try authorities.indices.map { index in
            try authorities[(index + 1) % authorities.count].crossSign(authorities[index]) {
                Self.hideKey(&$0)
            }.certificateDER
        }
    }

    /// A genuine certificate of a client whose key certifies authorities.
    private static func belowClient(of root: TestAuthority) throws -> HostileChain {
        let client = try root.issue("client")
        let pretender = try TestAuthority("client", key: client.key)
        let authorities = try (0..<4).map { _ in try TestAuthority("client") }
        let crossed = try authorities.map { try pretender.crossSign($0).certificateDER }
        return HostileChain(
            "mesh below a client's certificate",
            try authorities[0].issue("mallory") { Self.hideKey(&$0) },
            try ring(authorities) + crossed + [client.certificateDER]
        )
    }
}
