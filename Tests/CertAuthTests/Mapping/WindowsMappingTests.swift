// SPDX-License-Identifier: Apache-2.0
// Windows accounts: the SID, and altSecurityIdentities with the strengths of KB5014754.

import CertAuth
import CertAuthTesting
import XCTest

final class WindowsMappingTests: XCTestCase {
    private let sid = "S-1-5-21-1-2-3-1104"
    private var scene: MappingStage!

    override func setUpWithError() throws { scene = try MappingStage() }

    private func store() throws -> InMemoryUserStore {
        try MappingStage.alice(.securityIdentifier(XCTUnwrap(WindowsSecurityIdentifier(sid))))
    }

    func test_the_SID_extension_finds_its_account() async throws {
        let identity = try scene.stage.issuing.issue("alice") { [sid] template in
            template.extensions.append(MappingStage.securityExtension(sid))
        }
        let result = try await scene.result(identity, [.securityIdentifier], store())
        XCTAssertEqual(assertAccepted(result)?.principal.name, "Alice")
        let plain = try await scene.result(scene.stage.issuing.issue("alice"), [.securityIdentifier], store())
        assertRefused(plain, .identityNotMapped, at: 0)
    }

    func test_a_malformed_SID_extension_is_refused_even_if_another_rule_finds_a_user() async throws {
        let good = MappingStage.securityExtension(sid).value
        let values = [
            MappingStage.securityExtension("S-1-5-021").value, MappingStage.securityExtension("").value, good + [0],
            Array(good.dropLast()), DER.sequence([]), DER.octetString(Array(sid.utf8)),
        ]
        let store = try MappingStage.alice(.email("alice@example.com"))
        for value in values {
            let identity = try scene.stage.issuing.issue("alice") { template in
                template.extensions.append(ExtensionTemplate(.windowsSecurity, value: value))
                template.extensions.replace(.subjectAlternativeNames([.email("alice@example.com")]))
            }
            let result = try await scene.result(identity, [.email, .securityIdentifier], store)
            let failure = assertRefused(result, .identityNotMapped, at: 0)
            XCTAssertTrue(failure?.message.contains("the SID extension is malformed") ?? false)
            assertAccepted(try await scene.result(identity, [.email], store))
        }
    }

    func test_the_SID_in_a_URI_counts_only_when_asked_for() async throws {
        let identity = try scene.identity([.uri("tag:microsoft.com,2022-09-14:sid:\(sid)"), .uri("tag:x:sid:\(sid)")])
        assertAccepted(try await scene.result(identity, [.securityIdentifierURI], store()))
        assertRefused(try await scene.result(identity, [.securityIdentifier], store()), .identityNotMapped, at: 0)
    }

    func test_KB5014754_strong_mappings_find_their_user_and_weak_ones_are_refused() async throws {
        let identity = try scene.identity([.email("alice@example.com")])
        let certificate = try identity.certificate
        let number = Hexadecimal.text(certificate.serialNumber.bytes.reversed())
        let key = Hexadecimal.text(try XCTUnwrap(certificate.subjectKeyIdentifier))
        let sha1 = try XCTUnwrap(certificate.thumbprint(.sha1)).hexadecimal
        let strong = ["<I>CN=Stage Issuing<SR>\(number)", "<SKI>\(key)", "<SHA1-PUKEY>\(sha1)"].map { "X509:\($0)" }
        for text in strong {
            let store = try InMemoryUserStore([.init(MappingStage.alice, altSecurityIdentities: [text])])
            let result = try await scene.result(identity, [.altSecurityIdentities], store)
            XCTAssertEqual(assertAccepted(result)?.principal.name, "Alice", text)
        }
        let weak = [
            ("X509:<I>CN=Stage Issuing<S>CN=somebody", "issuer-and-subject 'CN=Stage Issuing CN=somebody'"),
            ("X509:<S>CN=somebody", "subject 'CN=somebody'"),
            ("X509:<RFC822>alice@example.com", "email 'alice@example.com'"),
        ]
        for (text, shown) in weak {
            let entry = InMemoryUserStore.Entry(MappingStage.alice, altSecurityIdentities: [text])
            assertThrows(IdentityMappingError.weakMapping(shown)) { _ = try InMemoryUserStore([entry]) }
            let store = try InMemoryUserStore([entry], insecurelyAllowingWeakMappings: true)
            let strict = try await scene.result(identity, [.altSecurityIdentities], store)
            assertRefused(strict, .identityNotMapped, at: 0)
            let loose = try await scene.result(identity, [.insecurelyWeakAltSecurityIdentities], store)
            XCTAssertEqual(assertAccepted(loose)?.principal.name, "Alice", text)
        }
        let broken = InMemoryUserStore.Entry(MappingStage.alice, altSecurityIdentities: ["X509:<SKI>zz"])
        let error = MalformedTextError(
            .altSecurityIdentity,
            text: "X509:<SKI>zz",
            reason: "<SKI>: expected 1 to 64 bytes in hexadecimal digits"
        )
        assertThrows(IdentityMappingError.malformedMapping(error)) { _ = try InMemoryUserStore([broken]) }
    }

    func test_an_account_that_the_SID_contradicts_is_ambiguous() async throws {
        let identity = try scene.stage.issuing.issue("alice") { [sid] template in
            template.extensions.append(MappingStage.securityExtension(sid))
            template.extensions.replace(.subjectAlternativeNames([.userPrincipalName("bob@corp")]))
        }
        let store = try InMemoryUserStore([
            .init(MappingStage.alice, identifiers: [.securityIdentifier(XCTUnwrap(WindowsSecurityIdentifier(sid)))]),
            .init(MappingStage.bob, identifiers: [.userPrincipalName("bob@corp")]),
        ])
        let result = try await scene.result(identity, [.securityIdentifier, .userPrincipalName], store)
        assertRefused(result, .identityAmbiguous, at: 0)
    }
}
