// SPDX-License-Identifier: Apache-2.0
// Each header of each dialect with each spelling in each place, from trusted proxies and from other peers.

import CertAuth
import CertAuthTesting
import XCTest

final class ForwardingMatrixTests: XCTestCase {
    /// `accepted` for the honest proxy's client over HTTPS, otherwise the outcome of the request.
    private func outcome(_ decision: ForwardingDecision, expecting chain: [[UInt8]]) -> String {
        switch decision {
        case .direct: return "direct"
        case .forwarded(let certificate?, true):
            return certificate.presented.derEncoded[0] == chain[0] ? "accepted" : "another client"
        case .forwarded(nil, true): return "no certificate"
        case .forwarded(_, false): return "not HTTPS"
        case .failed(let error): return "403 \(error.code)"
        case .rejected(let error): return "400 \(error.code)"
        }
    }

    private func forwarding(_ matrix: ForwardingMatrix) throws -> CertificateForwarding {
        var forwarding = try CertificateForwarding(matrix.dialect, from: ForwardingStage.trusted())
        forwarding.scheme = .header(matrix.scheme)
        try forwarding.check()
        return forwarding
    }

    private func request(_ cell: ForwardingMatrix.Cell, from address: String) -> ForwardingRequest {
        ForwardingRequest(fields: cell.fields, trailers: cell.trailers, peer: ForwardingStage.peer(address))
    }

    func test_every_spelling_but_the_exact_name_refuses_the_request_in_every_place() throws {
        let stage = try ForwardingStage()
        let chain = stage.alice.chain
        var counts: [String: Int] = [:]
        for matrix in try ForwardingMatrix.all(chain) {
            let forwarding = try forwarding(matrix)
            for (version, cells) in [("HTTP/1", matrix.cells()), ("HTTP/2", matrix.cellsOverHTTP2())] {
                for cell in cells {
                    let decision = forwarding.decide(request(cell, from: ForwardingStage.proxyAddress))
                    let found = outcome(decision, expecting: chain)
                    let expected = cell.expected ?? outcomeWithout(cell, forwarding, chain)
                    XCTAssertEqual(found, expected, "\(version) \(cell.description)")
                    counts[version, default: 0] += 1
                    counts[expected, default: 0] += 1
                    guard case .twin = cell.spelling.kind, case .rejected(let error) = decision else { continue }
                    guard cell.place != .connection else { continue }
                    XCTAssertEqual(error.header, cell.spelling.name, cell.description)
                }
            }
        }
        print("forwarding matrix: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        XCTAssertGreaterThan(counts["HTTP/1", default: 0], 40_000)
        XCTAssertGreaterThan(counts["HTTP/2", default: 0], 15_000)
        XCTAssertGreaterThan(counts["accepted", default: 0], 2_000)
    }

    /// The outcome of the request without the cell's header.
    private func outcomeWithout(
        _ cell: ForwardingMatrix.Cell,
        _ forwarding: CertificateForwarding,
        _ chain: [[UInt8]]
    ) -> String {
        var request = request(cell, from: ForwardingStage.proxyAddress)
        request.fields.removeAll { $0.name.utf8.elementsEqual(cell.spelling.name.utf8) }
        return outcome(forwarding.decide(request), expecting: chain)
    }

    func test_a_request_without_its_certificate_header_is_anonymous_or_refused_and_another_name_does_not_replace_it()
        throws
    {
        let stage = try ForwardingStage()
        for matrix in try ForwardingMatrix.all(stage.alice.chain) {
            let certificate = matrix.dialect.headers[0]
            let forwarding = try forwarding(matrix)
            let rest = matrix.honest.filter { $0.name != certificate }
            let honest = ForwardingRequest(
                fields: matrix.honest,
                peer: ForwardingStage.peer(ForwardingStage.proxyAddress)
            )
            XCTAssertEqual(outcome(forwarding.decide(honest), expecting: stage.alice.chain), "accepted")
            var without = honest
            without.fields = rest
            let found = outcome(forwarding.decide(without), expecting: stage.alice.chain)
            XCTAssertTrue(["no certificate", "403 malformed"].contains(found), "\(matrix.dialect.name) \(found)")
            for other in HeaderSpelling.all(of: certificate) where other.kind == .other {
                let value = matrix.honest.first { $0.name == certificate }?.value ?? ""
                without.fields = rest + [HeaderField(other.name, value)]
                XCTAssertEqual(outcome(forwarding.decide(without), expecting: stage.alice.chain), found, other.name)
            }
        }
    }

    func test_no_spelling_of_a_stranger_is_read_and_every_one_is_refused_or_removed() throws {
        let stage = try ForwardingStage()
        var counts = (sent: 0, others: 0)
        for matrix in try ForwardingMatrix.all(stage.alice.chain) {
            var forwarding = try forwarding(matrix)
            for policy in [UntrustedPeerPolicy.refuse, .strip] {
                forwarding.untrustedPeers = policy
                for cell in matrix.cells() {
                    let decision = forwarding.decide(request(cell, from: ForwardingStage.strangerAddress))
                    // Each cell has headers of the dialect: its own, or the one with another spelling.
                    let isSent = cell.fields.contains { forwarding.removes($0.name) }
                    let expected = policy == .refuse ? "400 forwarding-untrusted" : "direct"
                    guard isSent || !cell.trailers.isEmpty else {
                        counts.others += 1
                        continue
                    }
                    counts.sent += 1
                    XCTAssertEqual(outcome(decision, expecting: stage.alice.chain), expected, cell.description)
                }
            }
            for header in matrix.dialect.headers {
                for spelling in HeaderSpelling.all(of: header) where spelling.kind != .other {
                    XCTAssertTrue(forwarding.removes(spelling.name), spelling.name.debugDescription)
                }
            }
        }
        XCTAssertGreaterThan(counts.sent, 100_000)
        XCTAssertLessThan(counts.others, counts.sent / 10)
    }

    func test_headers_of_other_dialects_are_removed_under_every_spelling_and_change_nothing() throws {
        let stage = try ForwardingStage()
        let bob = try stage.issuing.issue("bob")
        for matrix in try ForwardingMatrix.all(stage.alice.chain) {
            let forwarding = try forwarding(matrix)
            let own = Set((matrix.dialect.headers + [matrix.scheme]).map(Self.folded))
            for other in ForwardingDialect.builtIn {
                for field in try Written.fields(other, bob.chain) where !own.contains(Self.folded(field.name)) {
                    let spellings = HeaderSpelling.all(of: field.name).filter { $0.kind != .other }.map(\.name)
                    XCTAssertEqual(spellings.filter { !forwarding.removes($0) }, [], field.name)
                    let foreign = spellings.map { HeaderField($0, field.value) }
                    let request = ForwardingRequest(
                        fields: foreign + matrix.honest + foreign,
                        peer: ForwardingStage.peer(ForwardingStage.proxyAddress)
                    )
                    let found = outcome(forwarding.decide(request), expecting: stage.alice.chain)
                    XCTAssertEqual(found, "accepted", "\(matrix.dialect.name) \(field.name)")
                }
            }
        }
    }

    private static func folded(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }

    func test_only_the_exact_header_name_is_read() throws {
        let stage = try ForwardingStage()
        let forwarding = try stage.forwarding(.unverified(.aspnet()))
        let value = Written.base64(stage.alice.certificateDER)
        let name = Array("X-Client-Cert".utf8)
        var mutator = Mutator(seed: 13)
        var counts: [String: Int] = [:]
        for round in 0..<20_000 {
            let damaged = round % 50 == 0 ? name : mutator.mutated(name)
            let text = String(decoding: damaged, as: UTF8.self)
            let isExact = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } == Array("x-client-cert".utf8)
            let request = ForwardingStage.fromProxy([HeaderField(text, value)])
            let found = outcome(forwarding.decide(request), expecting: stage.alice.chain)
            counts[found, default: 0] += 1
            XCTAssertEqual(found == "accepted", isExact, text.debugDescription)
            guard !isExact else { continue }
            XCTAssertTrue(["no certificate", "400 forwarding-untrusted"].contains(found), text.debugDescription)
            if found != "no certificate" { XCTAssertTrue(forwarding.removes(text), text.debugDescription) }
        }
        XCTAssertGreaterThanOrEqual(counts["accepted", default: 0], 400)
        XCTAssertGreaterThan(counts["400 forwarding-untrusted", default: 0], 0)
        XCTAssertGreaterThan(counts["no certificate", default: 0], 10_000)
    }

    func test_options_in_Connection_are_found_however_a_proxy_splits_them() throws {
        let stage = try ForwardingStage()
        let forwarding = try stage.forwarding(.unverified(.aspnet()))
        let honest = try Written.fields(.unverified(.aspnet()), stage.alice.chain)
        let refused = [
            "X-Client-Cert", "close, x_client_cert", "close,,X-Client-Cert,", "close X-Client-Cert",
            "close; X-Client-Cert", "close\tX.Client.Cert", "te,X Client Cert", "X-Forwarded-Proto",
            "a,b,c,x~forwarded~proto", "Client-Cert",
        ]
        for name in ["Connection", "connection", "Proxy-Connection"] {
            for value in refused {
                let request = ForwardingStage.fromProxy(honest + [HeaderField(name, value)])
                let found = outcome(forwarding.decide(request), expecting: stage.alice.chain)
                XCTAssertEqual(found, "400 forwarding-untrusted", "\(name): \(value)")
            }
            for value in ["close", "keep-alive, te", "Client, Cert", "X-Client, Cert", "", ",", "upgrade"] {
                let request = ForwardingStage.fromProxy(honest + [HeaderField(name, value)])
                XCTAssertEqual(outcome(forwarding.decide(request), expecting: stage.alice.chain), "accepted", value)
            }
        }
    }

    func test_a_list_where_one_value_is_expected_is_refused() throws {
        let stage = try ForwardingStage()
        for matrix in try ForwardingMatrix.all(stage.alice.chain) {
            let forwarding = try forwarding(matrix)
            for field in matrix.honest {
                // Proxies that join lines write a comma, with or without a space, between them.
                for comma in [", ", ","] {
                    let fields = matrix.honest.map {
                        $0.name == field.name ? HeaderField($0.name, "\($0.value)\(comma)\($0.value)") : $0
                    }
                    let request = ForwardingRequest(
                        fields: fields,
                        peer: ForwardingStage.peer(ForwardingStage.proxyAddress)
                    )
                    let found = outcome(forwarding.decide(request), expecting: stage.alice.chain)
                    let name = "\(matrix.dialect.name) \(field.name) \(comma)"
                    guard !isList(matrix.dialect, field, comma) else {
                        XCTAssertTrue(["accepted", "403 malformed", "403 forwarded-scheme"].contains(found), name)
                        continue
                    }
                    let refusals = ["malformed", "forwarding-untrusted", "not-verified-by-proxy", "forwarded-scheme"]
                    XCTAssertTrue(refusals.contains { found == "403 \($0)" }, "\(name) \(found)")
                }
            }
        }
    }

    /// Whether the value may be a list by its format, or the header is not read.
    private func isList(_ dialect: ForwardingDialect, _ field: HeaderField, _ comma: String) -> Bool {
        switch dialect.name {
        case "envoy", "istio", "azure-container-apps": true
        // The client's chain.
        case "rfc9440", "gcp": field.name == dialect.headers[1]
        case "traefik": comma == ","
        case "custom": field.name == "X-Leaf-Issuers" && comma == ","
        case "nginx-passthrough": field.name == dialect.headers[1]
        default: false
        }
    }
}
