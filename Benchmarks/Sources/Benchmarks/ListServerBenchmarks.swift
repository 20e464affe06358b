// SPDX-License-Identifier: Apache-2.0
// Handshakes of a server that checks its clients against a long CRL.

/// Measures full handshakes of clients that are not remembered, with a CRL of a million entries and without.
struct ListServerBenchmarks {
    let measurement: Measurement
    private static let count = 1_000_000
    private static let own = "CertAuth without it"
    private static let nginx = "nginx without it"

    func run(into report: inout Report) throws {
        let bench = try ServerBench(clientCount: 512)
        defer { bench.stop() }
        try bench.revoke(Self.count)
        let contenders = try [
            bench.startNginx().map { try bench.contender(Self.nginx, $0) },
            bench.startNginx(.lists).map { try bench.contender("nginx with it", $0) },
            bench.contender(Self.own, bench.start(.listener)),
            bench.contender("CertAuth with it", bench.start(.listenerListed)),
        ].compactMap { $0 }
        let costs = measurement.measure(contenders)
        report.add(
            "handshake, CRL of \(Self.count)",
            contenders: contenders,
            costs: costs,
            references: [Self.own, Self.nginx]
        )
    }
}
