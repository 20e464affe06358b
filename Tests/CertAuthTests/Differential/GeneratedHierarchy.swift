// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting

/// A generated leaf, unordered intermediates, and anchors, valid or flawed as determined by a seed.
struct GeneratedHierarchy {
    static let now = Stage.moment

    let leaf: Certificate
    let pool: [Certificate]
    let anchors: [Certificate]

    /// - Parameter keys: reused, because generating keys is the slow part; at least eight.
    init(seed: UInt64, keys: [TestKey]) throws {
        var dice = SeededGenerator(seed: seed)
        let clock = TestClock(Self.now).verificationClock
        let roots = try (0..<2).map { index in
            try TestAuthority("Root \(index)", key: keys[index], clock: clock) { Self.spoil(&$0, &dice, odds: 12) }
        }
        var pool: [Certificate] = []
        var issuer = roots[0]
        for level in 0..<Int.random(in: 0...3, using: &dice) {
            let key = keys[2 + level]
            let made = try issuer.intermediate("Level \(level)", key: key) { Self.spoil(&$0, &dice, odds: 3) }
            pool.append(try made.certificate)
            for root in roots where Int.random(in: 0..<3, using: &dice) == 0 {
                pool.append(try root.crossSign(made) { Self.spoil(&$0, &dice, odds: 3) }.certificate)
            }
            issuer = made
        }
        let names = Self.names.randomElement(using: &dice) ?? []
        leaf = try issuer.issue("alice", .client, key: keys[7]) { template in
            if !names.isEmpty { template.extensions.append(.subjectAlternativeNames(names)) }
            Self.spoilLeaf(&template, &dice)
        }.certificate
        pool.shuffle(using: &dice)
        self.pool = pool
        let trusted = try roots.map { try $0.certificate }
        anchors = Int.random(in: 0..<3, using: &dice) == 0 ? [trusted[1]] : trusted
    }

    private static let names: [[GeneralNameTemplate]] = [
        [], [.dns("a.example")], [.dns("*.example")], [.uri("https://user@a.example/")], [.ip("::ffff:192.0.2.1")],
        [.email("alice@a.example")], [.smtpUTF8Mailbox("müller@a.example")],
    ]

    private static let constraints: [ExtensionTemplate] = [
        .nameConstraints(permitted: [.dns("a.example"), .uri("a.example"), .email("a.example")]),
        .nameConstraints(excluded: [.dns("a.example")]), .nameConstraints(excluded: [.email("b.example")]),
        .nameConstraints(excluded: [.ipRange("192.0.2.0", mask: "255.255.255.0")]),
    ]

    /// One flaw in a CA, with a probability of one in `odds`.
    private static func spoil(_ template: inout CertificateTemplate, _ dice: inout SeededGenerator, odds: Int) {
        guard Int.random(in: 0..<odds, using: &dice) == 0 else { return }
        switch Int.random(in: 0..<18, using: &dice) {
        case 0: template.notAfter = .automatic(now.adding(seconds: -1))
        case 1: template.notAfter = .automatic(now)
        case 2: template.extensions.append(.extendedKeyUsage([.serverAuth]))
        case 3: template.extensions.append(.extendedKeyUsage([.clientAuth]))
        case 4: template.extensions.replace(.basicConstraints(isAuthority: true, pathLength: 0))
        case 5: template.extensions.replace(.basicConstraints(isAuthority: false))
        default: template.extensions.append(constraints.randomElement(using: &dice) ?? constraints[0])
        }
    }

    private static func spoilLeaf(_ template: inout CertificateTemplate, _ dice: inout SeededGenerator) {
        switch Int.random(in: 0..<16, using: &dice) {
        case 0: template.notAfter = .automatic(now)
        case 1: template.notAfter = .automatic(now.adding(seconds: -1))
        case 2: template.notBefore = .automatic(now.adding(seconds: 1))
        case 3: template.extensions.replace(.extendedKeyUsage([.anyExtendedKeyUsage]))
        case 4: template.extensions.replace(.extendedKeyUsage([.serverAuth]))
        case 5: template.extensions.replace(.keyUsage([.keyAgreement]))
        case 6: template.extensions.replace(.authorityKeyIdentifier([1, 2, 3]))
        case 7: template.signatureDefect = .flippedBit
        default: break
        }
    }
}
