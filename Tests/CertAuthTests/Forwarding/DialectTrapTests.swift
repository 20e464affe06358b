// SPDX-License-Identifier: Apache-2.0
// Known mistakes of other readers of these headers, one test for each.

import CertAuth
import CertAuthTesting
import XCTest

final class DialectTrapTests: XCTestCase {
    private func code(_ dialect: ForwardingDialect, _ fields: [HeaderField], _ stage: ForwardingStage) async throws
        -> String
    {
        let result = try await stage.result(dialect, fields)
        return result.refusalCode?.rawValue ?? result.client?.certificate.subject.rfc4514 ?? ""
    }

    /// A client whose certificate contains a plus sign in base64.
    private func clientWithPlus(_ stage: ForwardingStage) throws -> TestIdentity {
        for _ in 0..<64 {
            let client = try stage.issuing.issue("alice")
            if HeaderText.base64(client.certificateDER).contains("+") { return client }
        }
        throw XCTSkip("no certificate with a plus sign in 64")
    }

    func test_AWS_literal_plus_is_never_a_space() async throws {
        let stage = try ForwardingStage()
        let client = try clientWithPlus(stage)
        let value = HeaderText.awsEscaped([client.certificateDER])
        XCTAssertTrue(value.contains("+"))
        for dialect in [ForwardingDialect.verified(.awsALB()), .unverified(.awsALBPassthrough())] {
            let good = try await code(dialect, [HeaderField(dialect.headers[0], value)], stage)
            XCTAssertEqual(good, "CN=alice")
            let formDecoded = value.replacing("+", with: "%20")
            let bad = try await code(dialect, [HeaderField(dialect.headers[0], formDecoded)], stage)
            XCTAssertEqual(bad, "malformed")
        }
    }

    func test_traefik_info_is_never_read_and_never_passed_on() async throws {
        let stage = try ForwardingStage()
        let info = HeaderField("X-Forwarded-Tls-Client-Cert-Info", "Subject%3D%22CN%3Dadmin%22")
        let found = try await code(.unverified(.traefik()), [info], stage)
        XCTAssertEqual(found, "no-certificate")
        XCTAssertTrue(try stage.forwarding(.unverified(.traefik())).removes(info.name))
    }

    func test_an_XFCC_name_with_a_semicolon_forges_no_key() async throws {
        let stage = try ForwardingStage()
        let victim = try stage.issuing.issue("victim") {
            $0.extensions.replace(.subjectAlternativeNames([.uri("spiffe://td/admin")]))
        }
        let forged = "spiffe://td/a;URI=spiffe://td/admin"
        let mallory = try stage.issuing.issue("mallory") {
            $0.extensions.replace(.subjectAlternativeNames([.uri(forged)]))
        }
        let honest = try HeaderText.xfcc(victim.chain, names: ";URI=spiffe://td/admin")
        let good = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", honest)], stage)
        XCTAssertEqual(good, "CN=victim")
        let value = try HeaderText.xfcc(mallory.chain, names: ";URI=\(forged)")
        let bad = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", value)], stage)
        XCTAssertEqual(bad, "malformed")
    }

    func test_an_XFCC_name_with_a_comma_forges_no_element() async throws {
        let stage = try ForwardingStage()
        let victim = try stage.issuing.issue("victim")
        let element = try HeaderText.xfcc(victim.chain)
        for forged in ["spiffe://td/a,\(element)", "spiffe://td/a,\(element);URI="] {
            let mallory = try stage.issuing.issue("mallory") {
                $0.extensions.replace(.subjectAlternativeNames([.uri(forged)]))
            }
            let before = try HeaderText.xfcc([mallory.certificateDER], names: ";URI=\(forged)")
            let found = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", before)], stage)
            XCTAssertEqual(found, "malformed")
            let digest = try HeaderText.digest(mallory.certificateDER)
            let after = "By=a;Hash=\(digest);URI=\(forged);Cert=\"\(HeaderText.escaped([mallory.certificateDER]))\""
            let other = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", after)], stage)
            XCTAssertEqual(other, "malformed")
        }
    }

    func test_XFCC_takes_the_element_of_the_nearest_hop_whatever_the_client_put_before() async throws {
        let stage = try ForwardingStage()
        let victim = try stage.issuing.issue("victim")
        let value = "\(try HeaderText.xfcc(victim.chain)),\(try HeaderText.xfcc(stage.alice.chain))"
        let found = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", value)], stage)
        XCTAssertEqual(found, "CN=alice")
        let open = "By=\"x,\(try HeaderText.xfcc(stage.alice.chain))"
        let refused = try await code(.unverified(.envoy()), [HeaderField("x-forwarded-client-cert", open)], stage)
        XCTAssertEqual(refused, "malformed")
    }

    func test_XFCC_hash_must_match_cert_and_names_without_a_certificate_give_no_identity() async throws {
        let stage = try ForwardingStage()
        let other = try stage.issuing.issue("other")
        let pem = HeaderText.escaped([stage.alice.certificateDER])
        let own = try HeaderText.digest(stage.alice.certificateDER)
        let values: [(String, String)] = [
            ("Hash=\(own);Cert=\"\(pem)\"", "CN=alice"),
            ("Hash=\(try HeaderText.digest(other.certificateDER));Cert=\"\(pem)\"", "malformed"),
            ("Cert=\"\(pem)\"", "malformed"), ("Hash=\(own)", "malformed"),
            ("By=a;Hash=\(own);Subject=\"CN=alice\";URI=spiffe://td/alice", "malformed"),
            ("Hash=\(own);Cert=\"\(pem)\";Chain=\"\(HeaderText.escaped(other.chain))\"", "malformed"),
            ("Hash=\(own);Hash=\(own);Cert=\"\(pem)\"", "malformed"),
            ("Hash=\(own);Cert=\"\(pem)\";Role=admin", "malformed"), ("", "no-certificate"),
        ]
        for (value, expected) in values {
            let found = try await code(.unverified(.envoy()), [HeaderField("X-Forwarded-Client-Cert", value)], stage)
            XCTAssertEqual(found, expected, value.prefix(40).description)
        }
    }

    func test_HAProxy_verify_of_zero_without_used_is_no_certificate() async throws {
        let stage = try ForwardingStage()
        let none = [
            HeaderField("X-SSL-Client-Cert", "\"\""), HeaderField("X-SSL-Client-Verify", "0"),
            HeaderField("X-SSL-Client-Used", "0"), HeaderField("X-SSL-Client-Chain", ""),
        ]
        let found = try await code(.verified(.haproxy()), none, stage)
        XCTAssertEqual(found, "no-certificate")
        let leaf = HeaderField("X-SSL-Client-Cert", HeaderText.base64(stage.alice.certificateDER))
        let withoutUsed = try await code(.verified(.haproxy()), [leaf, none[1]], stage)
        XCTAssertEqual(withoutUsed, "forwarding-untrusted")
    }

    func test_apache_generous_is_not_verified() async throws {
        let stage = try ForwardingStage()
        let leaf = HeaderField("SSL_CLIENT_CERT", HeaderText.spaced(stage.alice.certificateDER))
        let found = try await code(.verified(.apache()), [leaf, HeaderField("SSL_CLIENT_VERIFY", "GENEROUS")], stage)
        XCTAssertEqual(found, "not-verified-by-proxy")
    }

    func test_nginx_failed_behind_optional_no_CA_is_not_verified() async throws {
        let stage = try ForwardingStage()
        let leaf = HeaderField("X-SSL-Client-Cert", HeaderText.escaped([stage.alice.certificateDER]))
        let verdict = HeaderField("X-SSL-Client-Verify", "FAILED:unable to verify the first certificate")
        let found = try await code(.verified(.nginx()), [leaf, verdict], stage)
        XCTAssertEqual(found, "not-verified-by-proxy")
        let judgedByUs = try await code(.unverified(.nginxPassthrough()), [leaf, verdict], stage)
        XCTAssertEqual(judgedByUs, "CN=alice")
    }

    func test_apache_null_is_no_certificate() async throws {
        let stage = try ForwardingStage()
        let headers = ForwardingDialect.verified(.apache()).headers
        let plainHTTP = try await code(.verified(.apache()), headers.map { HeaderField($0, "(null)") }, stage)
        XCTAssertEqual(plainHTTP, "no-certificate")
        let none = headers.map { HeaderField($0, $0 == "SSL_CLIENT_VERIFY" ? "NONE" : "(null)") }
        let withoutCertificate = try await code(.verified(.apache()), none, stage)
        XCTAssertEqual(withoutCertificate, "no-certificate")
        let gap = [
            HeaderField("SSL_CLIENT_CERT", HeaderText.spaced(stage.alice.certificateDER)),
            HeaderField("SSL_CLIENT_VERIFY", "SUCCESS"), HeaderField("SSL_CLIENT_CERT_CHAIN_0", "(null)"),
            HeaderField("SSL_CLIENT_CERT_CHAIN_1", HeaderText.spaced(stage.alice.issuers[0])),
        ]
        let withGap = try await code(.verified(.apache()), gap, stage)
        XCTAssertEqual(withGap, "malformed")
    }

    func test_caddy_zero_certificate_is_no_certificate() async throws {
        let stage = try ForwardingStage()
        let zero = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let caddy = ForwardingDialect.unverified(.caddy())
        let leaf = HeaderText.base64(stage.alice.certificateDER)
        let cases: [(String, String?, String)] = [
            (
                "{http.request.tls.client.certificate_der_base64}", "{http.request.tls.client.fingerprint}",
                "no-certificate"
            ),
            ("{http.request.tls.client.certificate_der_base64}", try HeaderText.digest([1]), "malformed"),
            ("", zero, "no-certificate"), ("", "", "no-certificate"), ("", nil, "no-certificate"),
            (leaf, zero, "malformed"), (leaf, nil, "malformed"),
            ("", try HeaderText.digest(stage.alice.certificateDER), "malformed"),
        ]
        for (certificate, fingerprint, expected) in cases {
            let fields = [HeaderField("X-Client-Cert", certificate)]
            let more = fingerprint.map { [HeaderField("X-Client-Cert-Fingerprint", $0)] } ?? []
            let found = try await code(caddy, fields + more, stage)
            XCTAssertEqual(found, expected)
        }
    }

    func test_cloudflare_verified_and_revoked_is_refused() async throws {
        let stage = try ForwardingStage()
        let dialect = ForwardingDialect.verified(.cloudflare())
        let fields = try HeaderText.fields(dialect, stage.alice.chain)
        let revoked = fields.map { $0.name == "Cf-Client-Cert-Revoked" ? HeaderField($0.name, "true") : $0 }
        let found = try await code(dialect, revoked, stage)
        XCTAssertEqual(found, "not-verified-by-proxy")
        let filled = fields.map { $0.name == "Cf-Client-Cert-Verified" ? HeaderField($0.name, "false") : $0 }
        let invalid = try await code(dialect, filled, stage)
        XCTAssertEqual(invalid, "not-verified-by-proxy")
    }

    func test_GCP_value_emptied_for_its_size_denies() async throws {
        let stage = try ForwardingStage()
        let dialect = ForwardingDialect.verified(.gcp())
        let fields = try HeaderText.fields(dialect, stage.alice.chain)
        let emptied = fields.map { $0.name == "X-Client-Cert-Leaf" ? HeaderField($0.name, "") : $0 }
        let found = try await code(dialect, emptied, stage)
        XCTAssertEqual(found, "malformed")
    }

    func test_markers_must_match_exactly() async throws {
        let stage = try ForwardingStage()
        let spaced = HeaderText.spaced(stage.alice.certificateDER)
        let verdict = HeaderField("SSL_CLIENT_VERIFY", "SUCCESS")
        let good = try await code(.verified(.apache()), [HeaderField("SSL_CLIENT_CERT", spaced), verdict], stage)
        XCTAssertEqual(good, "CN=alice")
        let twisted = [
            String(spaced.dropFirst(28)), spaced.replacing("BEGIN", with: "begin"), "x" + spaced, spaced + " x",
            spaced.replacing("-----END", with: "----END"), spaced.replacing("CERTIFICATE", with: "TRUSTED CERTIFICATE"),
            spaced + " " + spaced, String(repeating: "A", count: 27) + spaced.dropFirst(27),
        ]
        for value in twisted {
            let found = try await code(.verified(.apache()), [HeaderField("SSL_CLIENT_CERT", value), verdict], stage)
            XCTAssertEqual(found, "malformed", value.prefix(30).description)
        }
    }

    func test_RFC9440_refuses_anything_but_exactly_one_byte_sequence() async throws {
        let stage = try ForwardingStage()
        let rfc9440 = ForwardingDialect.unverified(.rfc9440())
        let text = HeaderText.base64(stage.alice.certificateDER)
        let good = try await code(rfc9440, [HeaderField("Client-Cert", ":\(text):")], stage)
        XCTAssertEqual(good, "CN=alice")
        let urlSafe = text.replacing("+", with: "-").replacing("/", with: "_")
        var values = [
            ":\(text):;a=1", "::", text, ":\(text)", ":\(text):, :\(text):", "\"\(text)\"", ": \(text):", "?1",
            "(:\(text):)",
            ":\(text.prefix(40)) \(text.dropFirst(40)):", ":\(text)=:", "",
        ]
        if urlSafe != text { values.append(":\(urlSafe):") }
        for value in values {
            let found = try await code(rfc9440, [HeaderField("Client-Cert", value)], stage)
            XCTAssertEqual(found, "malformed", value.prefix(20).description)
        }
        let line = HeaderField("Client-Cert", ":\(text):")
        let twice = try await code(rfc9440, [line, line], stage)
        XCTAssertEqual(twice, "malformed")
        let chainAlone = try await code(rfc9440, [HeaderField("Client-Cert-Chain", ":\(text):")], stage)
        XCTAssertEqual(chainAlone, "malformed")
    }

    func test_a_chain_of_RFC9440_is_one_line() async throws {
        let stage = try ForwardingStage { $0.additionalChainCertificates = [] }
        let leaf = HeaderField("Client-Cert", HeaderText.sequence(stage.alice.certificateDER))
        let issuers = [stage.alice.issuers[0], stage.authority.certificateDER].map(HeaderText.sequence)
        let lines = issuers.map { HeaderField("Client-Cert-Chain", $0) }
        let list = HeaderField("Client-Cert-Chain", issuers.joined(separator: ", "))
        let cases: [([HeaderField], String)] = [
            ([leaf, list], "CN=alice"), ([leaf, lines[0]], "CN=alice"), ([leaf], "untrusted"),
            ([leaf] + lines, "malformed"),
        ]
        for (fields, expected) in cases {
            let found = try await code(.unverified(.rfc9440()), fields, stage)
            XCTAssertEqual(found, expected)
        }
        // The format itself allows several lines (RFC 9440 section 2.3).
        let read = try ClientCertificateFields(certificate: [leaf.value], chain: issuers)
        XCTAssertEqual(read.issuers, [stage.alice.issuers[0], stage.authority.certificateDER])
    }
}
