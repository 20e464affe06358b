// SPDX-License-Identifier: Apache-2.0
// Every chain on every way in.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting

/// Makes the attempts.
struct Attempts {
    let world: World

    func all() async throws -> [Attempt] {
        let require = try await Server.start(.require, world)
        let delayed = try await Server.start(.delayed, world)
        let tickets = try await Server.start(.tickets, world)
        var attempts: [Attempt] = []
        let chains = try HostileChain.all(world)
        for chain in chains {
            attempts += handshake("TLS 1.2", CERTAUTH_TLS12_RAW, chain, require)
            attempts += handshake("TLS 1.3", CERTAUTH_TLS13, chain, require)
            attempts += handshake("late 1.2", CERTAUTH_TLS12_LATE, chain, delayed)
            attempts += handshake("late 1.3", CERTAUTH_TLS13_LATE, chain, delayed)
        }
        attempts += identities(tickets)
        for dialect in ["rfc9440", "envoy", "nginx", "haproxy", "traefik", "gcp", "apache", "azure-app-service"] {
            let server = try await Server.start(.forwarded(dialect), world)
            for chain in chains { attempts += header(dialect, chain, server) }
            attempts += lists(dialect, server)
        }
        return attempts
    }

    /// Empty if OpenSSL's client cannot present the chain; then only the first way, by bytes, is tried.
    private func handshake(_ way: String, _ kind: certauth_way, _ chain: HostileChain, _ server: Server) -> [Attempt] {
        let isRaw = kind == CERTAUTH_TLS12_RAW
        // Ten certificates are permitted, including the client's own.
        let others = chain.entries.count == 10 ? chain.entries.dropLast() : chain.entries[...]
        let client = chain.client ?? world.stranger
        let entries = isRaw || chain.client != nil ? chain.entries : [client.certificateDER] + others
        let list = entries.flatMap {
            [UInt8($0.count >> 16), UInt8($0.count >> 8 & 0xFF), UInt8($0.count & 0xFF)] + $0
        }
        let leaf = client.certificateDER
        guard let key = try? client.key.derEncoded(),
            let stranger = certauth_stranger_new(kind, list, list.count, leaf, leaf.count, key, key.count)
        else { return [] }
        let request = "GET /secure/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return [
            Attempt(
                name: "\(way): \(chain.name)",
                budget: .handshake,
                act: { certauth_stranger_meet($0, server.port, request) },
                stranger: stranger,
                isRefusal: { $0 == 403 || $0 >= 1000 }
            )
        ]
    }

    /// A ClientHello with as many session identities as fit.
    private func identities(_ server: Server) -> [Attempt] {
        [40, 430].compactMap { count in
            guard let hello = ClientHelloWithIdentities(count: count)?.record, let stranger = certauth_stranger_plain()
            else {
                return nil
            }
            return Attempt(
                name: "TLS 1.3: \(count) identities of sessions",
                budget: .handshake,
                act: { certauth_stranger_send($0, server.port, hello, hello.count) },
                stranger: stranger,
                isRefusal: { $0 == 1 || $0 >= 1000 }
            )
        }
    }

    /// Headers with many small parts that contain no certificate.
    private func lists(_ dialect: String, _ server: Server) -> [Attempt] {
        func many(_ part: String, _ count: Int) -> String { Array(repeating: part, count: count).joined() }
        let values: [String: [(String, String, String)]] = [
            "rfc9440": [
                ("tokens", "Client-Cert-Chain", many("a,", 23_000) + "a"),
                ("parameters", "Client-Cert", ":MAA=:" + many(";a", 23_000)),
                ("byte sequences", "Client-Cert-Chain", many(":MAA=:,", 6_500) + ":MAA=:"),
                ("7,700 connection options", "Connection", many("close, ", 7_700)),
                ("connection option beyond ASCII", "Connection", many("\u{FF58}", 18_000)),
            ],
            "envoy": [("3,900 pairs", "x-forwarded-client-cert", many("DNS=a.example;", 3_400) + "By=a")],
            "haproxy": [("certificates of 2 bytes", "X-SSL-Client-Chain", many("MAAwADAA", 6_000))],
        ]
        return (values[dialect] ?? []).compactMap { name, header, value in
            let request =
                "GET /secure/x HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
                + "\(header): \(value)\r\n\r\n"
            return attempt("\(dialect): \(name)", Array(request.utf8), server)
        }
    }

    private func attempt(_ name: String, _ request: [UInt8], _ server: Server) -> Attempt? {
        guard let stranger = certauth_stranger_plain() else { return nil }
        return Attempt(
            name: name,
            budget: .header,
            act: { certauth_stranger_send($0, server.port, request, request.count) },
            stranger: stranger,
            isRefusal: { [400, 403, 431].contains($0) }
        )
    }

    private func header(_ dialect: String, _ chain: HostileChain, _ server: Server) -> [Attempt] {
        guard let dialect = ForwardingDialect.builtIn.first(where: { $0.name == dialect }),
            let fields = WrittenCertificate.fields(dialect, chain.entries)
        else { return [] }
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let request = Array(
            "GET /secure/x HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\(lines)Connection: close\r\n\r\n"
                .utf8
        )
        return attempt("\(dialect.name): \(chain.name)", request, server).map { [$0] } ?? []
    }
}
