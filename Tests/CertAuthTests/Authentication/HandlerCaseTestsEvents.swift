// SPDX-License-Identifier: Apache-2.0
// Cases A14, A15, A27 and A29 of Docs/Cases.md: what the validated hook decides, and the claims without a hook.

import CertAuth
import CertAuthTesting
import XCTest

final class HandlerCaseTestsEvents: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    func test_a_hook_that_fails_refuses_with_its_reason() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let identity = try stage.selfSigned()
        let options = try stage.selfSignedOptions(pinning: [identity])
        let refusing = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .fail(reason: "Not validated")
        })
        let authenticator = try stage.authenticator(options: options, events: refusing)
        let failure = assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: 0)
        XCTAssertEqual(failure?.message, "Not validated")
        XCTAssertEqual(calls.count, 1)
        assertAccepted(try await stage.authenticator(options: options).authenticate(identity))
    }

    func test_a_hook_that_returns_the_default_principal_changes_nothing() async throws {
        let identity = try stage.selfSigned()
        let options = try stage.selfSignedOptions(pinning: [identity]) { $0.validateCertificateUse = false }
        let events = CertificateAuthenticationEvents(onCertificateValidated: { .success($0.principal) })
        let authenticator = try stage.authenticator(options: options, events: events)
        let client = assertAccepted(await authenticator.authenticate(identity))
        let plain = assertAccepted(try await stage.authenticator(options: options).authenticate(identity))
        XCTAssertEqual(client?.principal, plain?.principal)
    }

    func test_without_hooks_every_name_of_the_certificate_is_a_claim() async throws {
        let other = try XCTUnwrap(OID(dotted: "1.3.6.1.4.1.55555.1"))
        let identity = try stage.selfSigned("self") { template in
            let name = NameTemplate(commonName: "self").appending(.organizationName, "Example")
            template.subject = name
            template.issuer = name
            template.serialNumber = [0x0A, 0x1B]
            template.extensions.replace(
                .subjectAlternativeNames([
                    .email("one@example.com"), .email("two@example.com"), .dns("a.example.com"), .dns("b.example.com"),
                    .uri("spiffe://example/a"), .uri("https://example.com/b"), .ip("192.0.2.1"), .ip("2001:db8::1"),
                    .directory(NameTemplate(commonName: "directory")), .registeredID(other),
                    .userPrincipalName("self@corp.example"), .smtpUTF8Mailbox("sélf@example.com"),
                    .otherName(other, value: DER.utf8String("badge 7")), .raw(DER.constructed(3, [DER.sequence([])])),
                    .raw(DER.constructed(5, [DER.constructed(1, [DER.utf8String("p")])])),
                ])
            )
        }
        let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [identity]))
        let client = assertAccepted(await authenticator.authenticate(identity))
        let certificate = try identity.certificate
        let sha1 = try XCTUnwrap(certificate.thumbprint(.sha1)).hexadecimal.uppercased()
        let expected: [Claim] = [
            Claim(.issuer, "O=Example,CN=self"),
            Claim(.thumbprint, certificate.sha256Thumbprint.hexadecimal, valueType: Claim.hexadecimalType),
            Claim(.thumbprintSHA1, sha1, valueType: Claim.hexadecimalType),
            Claim(.x500DistinguishedName, "O=Example,CN=self"),
            Claim(.serialNumber, "0A1B", valueType: Claim.hexadecimalType), Claim(.name, "self"),
            Claim(.email, "one@example.com"), Claim(.email, "two@example.com"), Claim(.dns, "a.example.com"),
            Claim(.dns, "b.example.com"), Claim(.uri, "spiffe://example/a"), Claim(.uri, "https://example.com/b"),
            Claim(.ipAddress, "192.0.2.1"), Claim(.ipAddress, "2001:db8::1"), Claim(.directoryName, "CN=directory"),
            Claim(.registeredID, "1.3.6.1.4.1.55555.1"), Claim(.upn, "self@corp.example"),
            Claim(.smtpUTF8Mailbox, "sélf@example.com"), Claim(.otherName, "1.3.6.1.4.1.55555.1=badge 7"),
            Claim(.x400Address, "3000"), Claim(.ediPartyName, "a1030c0170"),
        ]
        XCTAssertEqual(client?.principal.claims, expected)
        XCTAssertEqual(client?.principal.identities.map(\.authenticationType), ["Certificate"])
        XCTAssertEqual(client?.schemeName, "Certificate")
    }

    func test_a_hook_replaces_the_principal_as_a_whole() async throws {
        let replacement = ClaimsPrincipal(
            authenticationType: "Badge",
            claims: [Claim(ClaimType(rawValue: "badge"), "7", issuer: "door")]
        )
        let events = CertificateAuthenticationEvents(onCertificateValidated: { _ in .success(replacement) })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        let client = assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        XCTAssertEqual(client?.principal, replacement)
        XCTAssertEqual(client?.principal.claims.count, 1)
    }
}
