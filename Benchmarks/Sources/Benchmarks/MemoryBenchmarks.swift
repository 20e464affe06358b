// SPDX-License-Identifier: Apache-2.0
// The memory of an idle connection with a client certificate.

import BenchmarkServing

/// Measures resident memory before and after many connections that have each answered one request.
struct MemoryBenchmarks {
    let measurement: Measurement
    private static let connections = 500
    private static let reference = "OpenSSL in C"

    func run(into report: inout Report) throws {
        let bench = try ServerBench(clientCount: 64)
        defer { bench.stop() }
        var beside: (String, [Double])?
        for (name, start) in Self.contenders(bench) {
            guard let found = try growth(in: bench, start) else { continue }
            report.add("idle connection", contender: name, kibibytes: found, reference: beside)
            if name == Self.reference { beside = (name, found) }
        }
    }

    private static func contenders(_ bench: ServerBench) -> [(String, () throws -> ServerProcess?)] {
        [
            (reference, { try bench.start(.reference) }),
            ("nginx", { try bench.startNginx() }),
            ("SwiftNIO + NIOSSL", { try bench.start(.nio) }),
            ("Hummingbird + NIOSSL", { try bench.start(.hummingbird) }),
            ("Hummingbird on CertAuth", { try bench.start(.hummingbirdCertAuth) }),
            ("CertAuth", { try bench.start(.listenerCached) }),
        ]
    }

    /// KiB for each connection, one value for each round with a new process; nil if the server is not available.
    private func growth(in bench: ServerBench, _ start: () throws -> ServerProcess?) throws -> [Double]? {
        var found: [Double] = []
        for _ in 0..<measurement.rounds {
            guard let server = try start() else { return nil }
            defer { server.stop() }
            let load = try bench.load(server)
            // The first connections make the server allocate memory once; that is not part of each connection.
            _ = load.hold(16)
            let before = server.residentKibibytes
            guard load.hold(Self.connections) == Self.connections + 16 else {
                throw ServerProcessError(reason: "connections were refused")
            }
            found.append((server.residentKibibytes - before) / Double(Self.connections))
        }
        return found
    }
}
