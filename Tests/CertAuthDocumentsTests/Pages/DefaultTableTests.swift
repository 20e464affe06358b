// SPDX-License-Identifier: Apache-2.0
// The tables of limits and options have every setting, with the default that the code has.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class DefaultTableTests: XCTestCase {
    /// A default as the pages write it.
    private func text(_ value: Any, of name: String) -> String? {
        switch value {
        case let value as Duration: return "\(value.components.seconds) s"
        case let value as FullListenerAction: return "`.\(value)`"
        case let value as Int where name.hasSuffix("Bytes"):
            return value % (1 << 20) == 0 ? "\(value >> 20) MiB" : "\(value >> 10) KiB"
        case let value as Int where name.hasSuffix("Bits"): return "\(value)"
        case let value as Int:
            let digits = String(value)
            return digits.enumerated().map { index, digit in
                index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
            }.joined()
        default: return nil
        }
    }

    /// Asserts that the page has each stored setting of `limits` with its value.
    private func assert(_ page: String, has limits: Any, prefix: String = "", except others: Set<String> = []) throws {
        let table = PageTable(page: try ProjectFiles.page(page)).values
        for case let (name?, value) in Mirror(reflecting: limits).children where !others.contains(name) {
            let found = try XCTUnwrap(table[prefix + name], "\(page) has no row for \(prefix)\(name)")
            let expected = try XCTUnwrap(text(value, of: name), "\(name) has no text")
            XCTAssertEqual(Set(found), [expected], "\(page): \(prefix)\(name)")
        }
    }

    /// Asserts that the page has exactly these settings of `options`, with these texts, and that they are the defaults.
    private func assert(
        _ page: String,
        has defaults: [(String, String, Bool)],
        of options: Any,
        except others: Set<String> = []
    ) throws {
        let table = PageTable(page: try ProjectFiles.page(page)).values
        for (name, text, holds) in defaults {
            XCTAssertEqual(table[name], [text], "\(page): \(name)")
            XCTAssertTrue(holds, "\(name) is not \(text)")
        }
        let stored = Mirror(reflecting: options).children.compactMap(\.label)
        XCTAssertEqual(Set(stored).subtracting(others), Set(defaults.map(\.0)))
    }

    func test_the_limits_of_TLS_and_of_the_listener_are_those_of_the_code() throws {
        let server = try TestAuthority("Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        let tls = TLSServerConfiguration(identity: identity, authenticator: nil, mode: .none)
        // One time-out is stored as it was chosen, and bounded by another.
        try assert("TLSModes.md", has: tls.limits, except: ["chosenUnattendedTimeout"])
        XCTAssertEqual(PageTable(page: try ProjectFiles.page("TLSModes.md")).values["unattendedTimeout"], ["10 s"])
        XCTAssertEqual(tls.limits.unattendedTimeout, .seconds(10))
        let limits = HTTPSListenerConfiguration(tls: tls).limits
        // Two limits are stored as nil, which means another limit.
        let derived: Set = ["chosenDelayedBodyBytes", "chosenIdleShutdownTimeout"]
        try assert("TLSModes.md", has: limits, except: derived.union(["http2"]))
        try assert("TLSModes.md", has: limits.http2, prefix: "http2.")
        let table = PageTable(page: try ProjectFiles.page("TLSModes.md")).values
        XCTAssertEqual(table["delayedBodyBytes"], ["`bodyBytes`"])
        XCTAssertEqual(limits.delayedBodyBytes, limits.bodyBytes)
        XCTAssertEqual(table["idleShutdownTimeout"], ["`shutdownTimeout`"])
        XCTAssertEqual(limits.idleShutdownTimeout, limits.shutdownTimeout)
    }

    func test_the_limits_of_validation_are_those_of_the_code() throws {
        try assert("Options.md", has: CertificateAuthenticationOptions(trust: .noAnchors).limits)
    }

    func test_the_limits_of_forwarding_are_those_of_the_code() throws {
        let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.1"))])
        try assert("Forwarding.md", has: try CertificateForwarding(.nginx(), from: proxies).limits)
    }

    func test_the_options_of_a_policy_have_the_defaults_of_the_code() throws {
        let options = CertificateAuthenticationOptions(trust: .noAnchors)
        try assert(
            "Options.md",
            has: [
                ("schemeName", "`Certificate`", options.schemeName == "Certificate"),
                ("allowedCertificateTypes", "`.chained`", options.allowedCertificateTypes == .chained),
                ("selfSignedPins", "none", options.selfSignedPins.isEmpty),
                ("insecurelyAcceptAnySelfSigned", "false", !options.insecurelyAcceptAnySelfSigned),
                ("additionalChainCertificates", "none", options.additionalChainCertificates.isEmpty),
                ("validateCertificateUse", "true", options.validateCertificateUse),
                ("requiredExtendedKeyUsages", "none", options.requiredExtendedKeyUsages.isEmpty),
                ("requiresExtendedKeyUsage", "false", !options.requiresExtendedKeyUsage),
                ("requiredKeyUsage", "none", options.requiredKeyUsage == []),
                ("validateValidityPeriod", "true", options.validateValidityPeriod),
                ("profile", "`.rfc5280`", options.profile == .rfc5280),
                ("constrainsCommonNames", "false", !options.constrainsCommonNames),
                ("allowsAuthorityAsClient", "true", options.allowsAuthorityAsClient),
                ("revocationMode", "`.online`", options.revocationMode == .online),
                ("revocationFlag", "`.excludeRoot`", options.revocationFlag == .excludeRoot),
                ("unknownRevocation", "`.deny`", options.unknownRevocation == .deny),
                ("claimsIssuer", "`\(Claim.localAuthority)`", options.claimsIssuer == nil),
                ("hookReuse", "`.everyRequest`", options.hookReuse == .everyRequest),
                ("hookDeadline", "10 s", options.hookDeadline == .seconds(10)),
                ("policyIdentifier", "none", options.policyIdentifier == nil),
            ],
            of: options,
            except: ["trust", "certificatePolicies", "revocation", "limits", "clock", "securityLevel"]
        )
    }

    func test_the_options_of_revocation_have_the_defaults_of_the_code() throws {
        let options = CertificateAuthenticationOptions(trust: .noAnchors).revocation
        try assert(
            "Revocation.md",
            has: [
                ("sourceOrder", "`.crlFirst`", options.sourceOrder == .crlFirst),
                ("maximumAge", "nil", options.maximumAge == nil),
                ("clockSkew", "60 s", options.clockSkew == .seconds(60)),
                ("responseLifetime", "300 s", options.responseLifetime == .seconds(300)),
                ("unknownAnswers", "none", options.unknownAnswers.isEmpty),
                ("acceptsNoRevocationAvailable", "false", !options.acceptsNoRevocationAvailable),
                ("shortLivedValidity", "nil", options.shortLivedValidity == nil),
                ("pinnedResponders", "none", options.pinnedResponders.isEmpty),
                ("responderRevocation", "`.whereNamed`", options.responderRevocation == .whereNamed),
                ("responderCertificates", "8", options.responderCertificates == 8),
            ],
            of: options
        )
        let sources = RevocationSourceOptions()
        try assert(
            "Revocation.md",
            has: [
                ("revocationListAddresses", "none", sources.revocationListAddresses.isEmpty),
                ("responderAddresses", "none", sources.responderAddresses.isEmpty),
                ("nonce", "`.whenEchoed`", sources.nonce == .whenEchoed),
                ("identifierDigest", "`.sha1`", sources.identifierDigest == .sha1),
                ("asksByGET", "false", !sources.asksByGET),
                ("failureMemory", "5 s", sources.failureMemory == .seconds(5)),
            ],
            of: sources
        )
        try assert("Revocation.md", has: RevocationFetchPolicy(), except: ["allowedHosts", "reachesOnlyAllowedHosts"])
    }
}
