// SPDX-License-Identifier: Apache-2.0
// Hierarchies of random depth, keys and defects, the same at every run but for the keys.

import CertAuth
import CertAuthTesting

/// Makes questions about chains of which some have one defect or two.
struct RandomHierarchies {
    private typealias Defect = (name: String, change: (inout CertificateTemplate) -> Void)

    private var generator: SeededGenerator
    private let clock = TestClock(Stage.moment).verificationClock
    private let keys: [TestKey]
    private let forger: TestKey
    private let explicitCurve: [UInt8]

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        let kinds: [TestKey.Kind] = [
            .p256, .p256, .p384, .p521, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448,
        ]
        keys = try kinds.map(TestKey.generate)
        forger = try .generate()
        explicitCurve = try KeyTemplate.explicitCurve(of: .generate(.p256))
    }

    /// The next question, and what its hierarchy is made of.
    mutating func next() throws -> (question: BothWays, name: String) {
        let root = try TestAuthority("Root", key: key(), clock: clock)
        var authority = root
        var parts: [String] = []
        let depth = Int.random(in: 0...3, using: &generator)
        let defective = Int.random(in: 0...(depth + 1), using: &generator)
        for level in 0..<depth {
            // Some are self-issued.
            let name = Bool.random(using: &generator) ? "Authority \(level)" : "Root"
            let defect = level == defective ? pick(authorityDefects) : nil
            parts.append("\(name) \(defect?.name ?? "sound")")
            authority = try authority.intermediate(name, key: key()) { defect?.change(&$0) }
        }
        let defect = defective >= depth ? pick(leafDefects) : nil
        parts.append("leaf \(defect?.name ?? "sound")")
        let names = [GeneralNameTemplate.dns("alice.example")]
        let leaf = try authority.issue("alice", key: key()) {
            $0.extensions.append(.subjectAlternativeNames(names))
            defect?.change(&$0)
        }
        var question = BothWays(presented: leaf.chain, anchors: [root.certificateDER])
        if Int.random(in: 0..<8, using: &generator) == 0 {
            question.anchors = [try TestAuthority("Root", key: key(), clock: clock).certificateDER]
            parts.append("another root")
        }
        let policy = pick(policies)
        question.change = policy.change
        parts.append(policy.name)
        return (question, parts.joined(separator: ", "))
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &generator)]
    }

    private mutating func key() -> TestKey { pick(keys) }

    private var policies: [(name: String, change: (inout CertificateAuthenticationOptions) -> Void)] {
        [
            ("usual policy", { _ in }), ("usual policy again", { _ in }), ("level 0", { $0.securityLevel = 0 }),
            ("strict", { $0.profile = .strict }), ("without validity", { $0.validateValidityPeriod = false }),
            ("without use", { $0.validateCertificateUse = false }),
            ("explicit policy", { $0.certificatePolicies.requireExplicitPolicy = true }),
        ]
    }

    private var defects: [Defect] {
        let unknown = ExtensionTemplate.custom("1.3.6.1.4.1.99999.7", critical: true, value: DER.null)
        let emptyPoint = ExtensionTemplate(.cRLDistributionPoints, value: DER.sequence([DER.sequence([])]))
        let (forger, explicitCurve) = (forger, explicitCurve)
        let expired = Stage.moment.adding(seconds: -1)
        return [
            ("sound", { _ in }), ("expired", { $0.notAfter = .automatic(expired) }),
            ("ends now", { $0.notAfter = .automatic(Stage.moment) }),
            ("begins now", { $0.notBefore = .automatic(Stage.moment) }),
            ("begins soon", { $0.notBefore = .automatic(Stage.moment.adding(seconds: 1)) }),
            ("flipped bit", { $0.signatureDefect = .flippedBit }), ("forged", { $0.signingKey = forger }),
            ("no signature", { $0.signatureDefect = .empty }),
            ("another inner algorithm", { $0.innerAlgorithm = SignatureScheme.ecdsaSHA384.identifier }),
            ("critical extension", { $0.extensions.append(unknown) }),
            ("empty distribution point", { $0.extensions.append(emptyPoint) }),
            ("policy", { $0.extensions.append(.certificatePolicies([.anyPolicy])) }),
            ("explicit curve", { $0.subjectPublicKeyInfo = explicitCurve }),
            ("no identifiers", { $0.extensions.remove(.authorityKeyIdentifier) }),
            ("version 1", { $0.version = nil }),
        ]
    }

    private var leafDefects: [Defect] {
        defects + [
            ("name of the root", { $0.subject = "Root" }),
            ("for servers", { $0.extensions.replace(.extendedKeyUsage([.serverAuth])) }),
            ("any usage", { $0.extensions.replace(.extendedKeyUsage([.anyExtendedKeyUsage])) }),
        ]
    }

    private var authorityDefects: [Defect] {
        defects + [
            ("no authority", { $0.extensions.replace(.basicConstraints(isAuthority: false)) }),
            ("no path below", { $0.extensions.replace(.basicConstraints(isAuthority: true, pathLength: 0)) }),
            ("may not certify", { $0.extensions.replace(.keyUsage([.cRLSign])) }),
            ("excluded name", { $0.extensions.append(.nameConstraints(excluded: [.dns("example")])) }),
            ("permitted name", { $0.extensions.append(.nameConstraints(permitted: [.dns("example")])) }),
            (
                // Without policies beside them, OpenSSL 3.0 never frees the constraints that it has decoded.
                "explicit policy",
                {
                    $0.extensions.append(.certificatePolicies([.anyPolicy]))
                    $0.extensions.append(.policyConstraints(requireExplicitPolicy: 0))
                }
            ),
        ]
    }
}
