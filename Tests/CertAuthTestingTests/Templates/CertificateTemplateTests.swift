// SPDX-License-Identifier: Apache-2.0
// Certificates from templates, as openssl displays them.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class CertificateTemplateTests: XCTestCase {
    private func text(of identity: TestIdentity) throws -> OpenSSLCommand.Answer {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let path = try folder.write(identity.certificatePEM(), as: "certificate.pem")
        let answer = try openssl.run("x509", "-in", path, "-noout", "-text")
        XCTAssertEqual(answer.exitCode, 0, answer.errors)
        return answer
    }

    /// The line after the one that starts with `heading`.
    private func line(behind heading: String, in text: OpenSSLCommand.Answer) -> String? {
        let lines = text.lines
        guard let index = lines.firstIndex(where: { $0.hasPrefix(heading) }), index + 1 < lines.count else {
            return nil
        }
        return lines[index + 1]
    }

    func test_a_client_certificate_reads_as_one() throws {
        let text = try text(of: TestAuthority("Root").issue("alice"))
        XCTAssertTrue(text.lines.contains("Version: 3 (0x2)"))
        XCTAssertTrue(text.lines.contains("Issuer: CN=Root"))
        XCTAssertTrue(text.lines.contains("Subject: CN=alice"))
        XCTAssertEqual(line(behind: "X509v3 Basic Constraints: critical", in: text), "CA:FALSE")
        XCTAssertEqual(line(behind: "X509v3 Key Usage: critical", in: text), "Digital Signature")
        XCTAssertEqual(line(behind: "X509v3 Extended Key Usage:", in: text), "TLS Web Client Authentication")
    }

    func test_every_kind_of_alternative_name_is_read() throws {
        let text = try text(
            of: TestIdentity.selfSigned("alice") {
                $0.extensions.replace(
                    .subjectAlternativeNames([
                        .email("alice@example.com"), .dns("alice.example.com"), .uri("spiffe://example.com/alice"),
                        .ip("192.0.2.1"), .ip("2001:db8::1"), .directory("Alice"), .registeredID(.clientAuth),
                        .userPrincipalName("alice@corp.example"), .smtpUTF8Mailbox("älice@example.com"),
                    ])
                )
            }
        )
        XCTAssertEqual(
            // OpenSSL 3.0 prints two colons after the type of an otherName.
            line(behind: "X509v3 Subject Alternative Name:", in: text)?.replacingOccurrences(of: "::", with: ":"),
            "email:alice@example.com, DNS:alice.example.com, URI:spiffe://example.com/alice, IP Address:192.0.2.1, "
                + "IP Address:2001:DB8:0:0:0:0:0:1, DirName:/CN=Alice, Registered ID:TLS Web Client Authentication, "
                + "othername: UPN:alice@corp.example, othername: SmtpUTF8Mailbox:\u{E4}lice@example.com"
        )
    }

    func test_policies_and_constraints_are_read() throws {
        let policy = try XCTUnwrap(OID(dotted: "1.3.6.1.4.1.99999.1"))
        let other = try XCTUnwrap(OID(dotted: "1.3.6.1.4.1.99999.2"))
        let authority = try TestAuthority("Root").intermediate("Issuing", pathLength: 3) {
            $0.extensions.append(.certificatePolicies([policy, .anyPolicy]))
            $0.extensions.append(.policyMappings([(issuer: policy, subject: other)]))
            $0.extensions.append(.policyConstraints(requireExplicitPolicy: 0, inhibitPolicyMapping: 2))
            $0.extensions.append(.inhibitAnyPolicy(1))
            $0.extensions.append(
                .nameConstraints(
                    permitted: [.dns(".example.com"), .ipRange("192.0.2.0", mask: "255.255.255.0")],
                    excluded: [.email("bad.example.com")]
                )
            )
        }
        let text = try text(of: authority.identity)
        XCTAssertEqual(line(behind: "X509v3 Basic Constraints: critical", in: text), "CA:TRUE, pathlen:3")
        XCTAssertEqual(line(behind: "X509v3 Certificate Policies:", in: text), "Policy: 1.3.6.1.4.1.99999.1")
        XCTAssertEqual(
            line(behind: "X509v3 Policy Mappings: critical", in: text),
            "1.3.6.1.4.1.99999.1:1.3.6.1.4.1.99999.2"
        )
        XCTAssertEqual(
            line(behind: "X509v3 Policy Constraints: critical", in: text),
            "Require Explicit Policy:0, Inhibit Policy Mapping:2"
        )
        XCTAssertEqual(line(behind: "X509v3 Inhibit Any Policy: critical", in: text), "1")
        XCTAssertEqual(line(behind: "Permitted:", in: text), "DNS:.example.com")
        XCTAssertEqual(line(behind: "DNS:.example.com", in: text), "IP:192.0.2.0/255.255.255.0")
        XCTAssertEqual(line(behind: "Excluded:", in: text), "email:bad.example.com")
    }

    func test_addresses_of_revocation_services_are_read() throws {
        let text = try text(
            of: TestIdentity.selfSigned("alice") {
                $0.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/1")]]))
                $0.extensions.append(.freshestCRL([[.uri("http://crl.example/delta")]]))
                $0.extensions.append(
                    .authorityInformationAccess(ocsp: ["http://ocsp.example"], caIssuers: ["http://ca.example"])
                )
                $0.extensions.append(.ocspNoCheck())
            }
        )
        XCTAssertTrue(text.lines.contains("URI:http://crl.example/1"))
        XCTAssertTrue(text.lines.contains("URI:http://crl.example/delta"))
        XCTAssertTrue(text.lines.contains("OCSP - URI:http://ocsp.example"))
        XCTAssertTrue(text.lines.contains("CA Issuers - URI:http://ca.example"))
        XCTAssertTrue(text.lines.contains("OCSP No Check:"))
    }

    func test_inner_and_outer_algorithm_differ_on_request() throws {
        let text = try text(
            of: TestIdentity.selfSigned("alice") { $0.innerAlgorithm = SignatureScheme.ecdsaSHA384.identifier }
        )
        let algorithms = text.lines.filter { $0.hasPrefix("Signature Algorithm:") }
        XCTAssertEqual(
            algorithms,
            ["Signature Algorithm: ecdsa-with-SHA384", "Signature Algorithm: ecdsa-with-SHA256"]
        )
    }

    func test_version_serial_number_times_and_unique_identifiers_can_be_wrong() throws {
        let text = try text(
            of: TestIdentity.selfSigned("alice") {
                $0.version = nil
                $0.serialNumber = [0x80]
                $0.notBefore = .generalizedTime(Timestamp(secondsSince1970: 0))
                // As long as a valid time: OpenSSL 3.4 and later do not read shorter ones.
                $0.notAfter = .raw(tag: 0x17, text: "no time at all")
                $0.issuerUniqueID = [0xAA]
                $0.subjectUniqueID = [0xBB]
                $0.extensions = []
            }
        )
        XCTAssertTrue(text.lines.contains("Version: 1 (0x0)"))
        XCTAssertTrue(text.lines.contains("Serial Number: -128 (-0x80)"), text.output)
        XCTAssertTrue(text.lines.contains("Not Before: Jan  1 00:00:00 1970 GMT"), text.output)
        XCTAssertTrue(text.lines.contains("Not After : Bad time value"), text.output)
        XCTAssertTrue(text.words.contains("Issuer Unique ID: aa Subject Unique ID: bb Signature"), text.output)
        XCTAssertFalse(text.words.contains("X509v3 extensions"))
    }

    func test_a_certificate_with_bytes_after_it_is_refused_and_without_them_read() throws {
        let identity = try TestIdentity.selfSigned("alice") { $0.trailingBytes = [0x00] }
        XCTAssertThrowsError(try identity.certificate)
        XCTAssertNoThrow(try Certificate(derEncoded: identity.certificateDER.dropLast()))
    }

    func test_an_extension_that_occurs_twice_is_written_twice() throws {
        let identity = try TestIdentity.selfSigned("alice") {
            $0.extensions.append(.keyUsage([.keyAgreement]))
        }
        XCTAssertThrowsError(try identity.certificate) { error in
            XCTAssertEqual(error as? CertificateError, .duplicateExtension(.keyUsage))
        }
        XCTAssertNoThrow(try TestIdentity.selfSigned("alice").certificate)
    }

    func test_the_signed_part_can_be_rewritten_before_it_is_signed() throws {
        let identity = try TestIdentity.selfSigned("alice") { $0.rewriteSignedPart = { _ in DER.null } }
        XCTAssertEqual(Array(identity.certificateDER.dropFirst(2).prefix(2)), DER.null)
    }
}
