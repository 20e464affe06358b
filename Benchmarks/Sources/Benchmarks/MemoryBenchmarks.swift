// SPDX-License-Identifier: Apache-2.0
// What an idle connection with a client certificate costs in memory.

/// Measures resident memory before and after many connections that have each answered one request.
struct MemoryBenchmarks {
    let measurement: Measurement
    private static let connections = 500
    private static let reference = "OpenSSL in C"

    func run(into report: inout Report) throws {
        let bench = try ServerBench(clientCount: 64)
        defer { bench.stop() }
        let inC = try growth(in: bench) { try bench.start(.reference) }
        report.add("idle connection", contender: Self.reference, kibibytes: inC)
        var beside = (Self.reference, inC)
        if let nginx = try? growth(in: bench, { try bench.startNginx() }) {
            report.add("idle connection", contender: "nginx", kibibytes: nginx, reference: beside)
            beside = ("nginx", nginx)
        }
        let listener = try growth(in: bench) { try bench.start(.listenerCached) }
        report.add("idle connection", contender: "CertAuth", kibibytes: listener, reference: beside)
    }

    /// KiB for each connection, one value a round, each of a new process.
    private func growth(in bench: ServerBench, _ start: () throws -> ServerProcess?) throws -> [Double] {
        try (0..<measurement.rounds).map { _ in
            guard let server = try start() else { throw ServerProcessError(reason: "a server did not start") }
            defer { server.stop() }
            let load = try bench.load(server)
            // What the first connections make a server allocate once is not theirs.
            _ = load.hold(16)
            let before = server.residentKibibytes
            guard load.hold(Self.connections) == Self.connections + 16 else {
                throw ServerProcessError(reason: "connections were refused")
            }
            return (server.residentKibibytes - before) / Double(Self.connections)
        }
    }
}
