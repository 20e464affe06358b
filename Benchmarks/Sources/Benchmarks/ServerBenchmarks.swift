// SPDX-License-Identifier: Apache-2.0
// Handshakes, resumption and keep-alive requests on loopback: the CPU time of the server alone.

import BenchmarkServing

/// Compares the listener with OpenSSL in C and with nginx, if it is installed. All use TLS 1.3 and P-256. A handshake is
/// a new connection with one request. First seen: the client is not cached, but its issuer is. Each server has one worker
/// on the first core; its clients run on the second.
struct ServerBenchmarks {
    let measurement: Measurement
    private static let reference = "OpenSSL in C"
    private static let nginx = "nginx"
    static let nio = "SwiftNIO + NIOSSL"
    private static let hummingbird = "Hummingbird + NIOSSL"
    private static let full = "CertAuth, seen before"

    /// What can be measured alone.
    enum Part: String, CaseIterable {
        case handshakes
        case resumptions
        case requests
        case hummingbird
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
        case .hummingbird: try hummingbirdRequests(bench, into: &report)
        }
    }

    private func handshakes(_ bench: ServerBench, into report: inout Report) throws {
        let seen = try bench.start(.listenerCached)
        _ = try bench.load(seen).handshakes(bench.clients.count, 0)
        let contenders = try [
            bench.contender(Self.reference, bench.start(.reference)),
            bench.startNginx().map { try bench.contender(Self.nginx, $0) },
            bench.start(.nio).map { try bench.contender(Self.nio, $0) },
            bench.start(.hummingbird).map { try bench.contender(Self.hummingbird, $0) },
            bench.contender("CertAuth, first seen", bench.start(.listener)),
            bench.contender(Self.full, seen),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        let references = [Self.reference, Self.nginx, Self.nio, Self.hummingbird]
        report.add("handshake", contenders: contenders, costs: costs, references: references)
    }

    private func anonymousHandshakes(_ bench: ServerBench, into report: inout Report) throws {
        let contenders = try [
            bench.contender(Self.reference, bench.start(.referenceAnonymous), isAnonymous: true),
            bench.contender("CertAuth", bench.start(.listenerAnonymous), isAnonymous: true),
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
            bench.contender(Self.reference, bench.start(.referenceTickets), Load.resumptions),
            bench.startNginx(.tickets).map { try bench.contender(Self.nginx, $0, Load.resumptions) },
            bench.contender("CertAuth, full, with a ticket", tickets),
            bench.contender("CertAuth, resumed", tickets, Load.resumptions),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        let references = [Self.reference, Self.nginx, "CertAuth, full, with a ticket"]
        report.add("resumption", contenders: contenders, costs: costs, references: references)
    }

    private func requests(_ bench: ServerBench, into report: inout Report) throws {
        let without = "CertAuth without authentication"
        let contenders = try [
            bench.contender(Self.reference, bench.start(.reference), Load.requests),
            bench.startNginx().map { try bench.contender(Self.nginx, $0, Load.requests) },
            bench.start(.nio).map { try bench.contender(Self.nio, $0, Load.requests) },
            bench.contender(without, bench.start(.listenerAnonymous), isAnonymous: true, Load.requests),
            bench.contender("CertAuth", bench.start(.listenerCached), Load.requests),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        let references = [Self.reference, Self.nginx, Self.nio, without]
        report.add("keep-alive request", contenders: contenders, costs: costs, references: references)
    }

    private func hummingbirdRequests(_ bench: ServerBench, into report: inout Report) throws {
        let without = "on NIOSSL, no authentication"
        let subject = "on NIOSSL, subject read"
        guard let plain = try bench.start(.hummingbirdAnonymous), let reading = try bench.start(.hummingbirdSubject),
            let ours = try bench.start(.hummingbirdCertAuth)
        else { return }
        let contenders = try [
            bench.contender(without, plain, isAnonymous: true, Load.requests),
            bench.contender(subject, reading, Load.requests),
            bench.contender("on CertAuth, principal read", ours, Load.requests),
        ]
        let costs = measurement.measure(contenders)
        report.add("Hummingbird request", contenders: contenders, costs: costs, references: [without, subject])
    }
}
