// SPDX-License-Identifier: Apache-2.0
// Handshakes, resumption and keep-alive requests on loopback: the CPU time of the server alone.

/// Measures our listener beside OpenSSL in C and, where it is installed, nginx. TLS 1.3, P-256; a handshake is a new
/// connection with one request; first seen: nothing is remembered of the client, though its issuer is known. Each server
/// has one worker on the first core, its clients have the second.
struct ServerBenchmarks {
    let measurement: Measurement
    private static let reference = "OpenSSL in C"
    private static let nginx = "nginx"
    private static let full = "CertAuth, seen before"

    /// What can be measured alone.
    enum Part: String, CaseIterable {
        case handshakes
        case resumptions
        case requests
    }

    func run(_ part: Part, into report: inout Report) throws {
        let bench = try ServerBench(clientCount: 512)
        defer { bench.stop() }
        switch part {
        case .handshakes:
            try handshakes(bench, into: &report)
            try anonymousHandshakes(bench, into: &report)
        case .resumptions: try resumptions(bench, into: &report)
        case .requests: try requests(bench, into: &report)
        }
    }

    private func handshakes(_ bench: ServerBench, into report: inout Report) throws {
        let seen = try bench.start(.listenerCached)
        _ = try bench.load(seen).handshakes(bench.clients.count, 0)
        let contenders = try [
            contender(Self.reference, bench.start(.reference), bench),
            bench.startNginx().map { try contender(Self.nginx, $0, bench) },
            contender("CertAuth, first seen", bench.start(.listener), bench),
            contender(Self.full, seen, bench),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        report.add("handshake", contenders: contenders, costs: costs, references: [Self.reference, Self.nginx])
    }

    private func anonymousHandshakes(_ bench: ServerBench, into report: inout Report) throws {
        let contenders = try [
            contender(Self.reference, bench.start(.referenceAnonymous), bench, isAnonymous: true),
            contender("CertAuth", bench.start(.listenerAnonymous), bench, isAnonymous: true),
        ]
        let costs = measurement.measure(contenders)
        report.add(
            "handshake without client certificate",
            contenders: contenders,
            costs: costs,
            references: [Self.reference]
        )
    }

    private func resumptions(_ bench: ServerBench, into report: inout Report) throws {
        let tickets = try bench.start(.listenerTickets)
        _ = try bench.load(tickets).handshakes(bench.clients.count, 0)
        let contenders = try [
            contender(Self.reference, bench.start(.referenceTickets), bench, Load.resumptions),
            bench.startNginx(hasTickets: true).map { try contender(Self.nginx, $0, bench, Load.resumptions) },
            contender("CertAuth, full, with a ticket", tickets, bench),
            contender("CertAuth, resumed", tickets, bench, Load.resumptions),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        let references = [Self.reference, Self.nginx, "CertAuth, full, with a ticket"]
        report.add("resumption", contenders: contenders, costs: costs, references: references)
    }

    private func requests(_ bench: ServerBench, into report: inout Report) throws {
        let without = "CertAuth without authentication"
        let contenders = try [
            contender(Self.reference, bench.start(.reference), bench, Load.requests),
            bench.startNginx().map { try contender(Self.nginx, $0, bench, Load.requests) },
            contender(without, bench.start(.listenerAnonymous), bench, isAnonymous: true, Load.requests),
            contender("CertAuth", bench.start(.listenerCached), bench, Load.requests),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        let references = [Self.reference, Self.nginx, without]
        report.add("keep-alive request", contenders: contenders, costs: costs, references: references)
    }

    private func contender(
        _ name: String,
        _ server: ServerProcess,
        _ bench: ServerBench,
        isAnonymous: Bool = false,
        _ operation: @escaping @Sendable (Load) -> @Sendable (Int, Int) -> Int = Load.handshakes
    ) throws -> Contender {
        let load = try bench.load(server, isAnonymous: isAnonymous)
        return Contender(name, server: server) { count, offset in operation(load)(count, offset) }
    }
}
