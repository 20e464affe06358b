// SPDX-License-Identifier: Apache-2.0
// By number of open connections: requests over all of them in turn, and memory.

import BenchmarkServing
import CReference
import Foundation

/// Measures keep-alive requests over HTTP/1.1 and HTTP/2, beside nginx, and the memory of a connection.
struct ConnectionGrowth: GrowthTable {
    let sizes: GrowthSizes

    /// A request over one of the protocols.
    private static func request(_ name: String, before: [Int: Double]) -> GrowthFigure {
        GrowthFigure(name: "\(name) request", unit: "CPU us", before: before, goal: .timesSmallest(1.2))
    }

    private static let http1 = request("HTTP/1.1", before: [100: 20, 1_000: 29])
    private static let http2 = request("HTTP/2", before: [100: 25, 1_000: 72])
    private static let memory = GrowthFigure(
        name: "memory of an idle HTTP/1.1 connection",
        unit: "KiB",
        before: [1_000: 44],
        goal: .atMost(34)
    )
    private static let memoryOfHTTP2 = GrowthFigure(name: "memory of an idle HTTP/2 connection", unit: "KiB")
    private static let memoryWithLists = GrowthFigure(
        name: "memory of an idle HTTP/1.1 connection, 1,000 CRLs",
        unit: "KiB",
        before: [1_000: 114],
        goal: .atMost(34)
    )

    func run(into report: inout GrowthReport) throws {
        report.begin("Connections", size: "open connections")
        let limit = Int(certauth_raise_descriptors())
        let counts = sizes.numbers(small: [100, 1_000], full: [10_000]).filter { $0 + 500 <= limit }
        if sizes > .small, counts.last != 10_000 {
            report.remark("10,000: not measured, ulimit -Hn is \(limit), expected at least 10,500")
        }
        let bench = try ServerBench(clientCount: 64)
        defer { bench.stop() }
        for isHTTP2 in [false, true] { try requests(bench, counts, isHTTP2: isHTTP2, into: &report) }
        try withLists(bench, into: &report)
    }

    private func requests(
        _ bench: ServerBench,
        _ counts: [Int],
        isHTTP2: Bool,
        into report: inout GrowthReport
    ) throws {
        let own = try bench.start(["--serve-growth", bench.folder.path, isHTTP2 ? "pinned,h2" : "pinned"])
        let nginx = try bench.startNginx(isHTTP2 ? .http2 : nil)
        // One server after the other: this program cannot hold the connections of both at once.
        let figures = try Self.figures(own, bench, counts, isHTTP2: isHTTP2, &report)
        let ofNginx = try nginx.map { try Self.figures($0, bench, counts, isHTTP2: isHTTP2, &report) }
        for (index, count) in counts.enumerated() {
            if count >= 1_000 {
                let figure = isHTTP2 ? Self.memoryOfHTTP2 : Self.memory
                report.add(figure, count, figures[index].memory, nginx: ofNginx?[index].memory)
            }
            let figure = isHTTP2 ? Self.http2 : Self.http1
            report.add(figure, count, figures[index].request, nginx: ofNginx?[index].request)
        }
    }

    /// KiB of memory for each connection, and CPU microseconds of a request, by number of connections. Stops the server.
    private static func figures(
        _ server: ServerProcess,
        _ bench: ServerBench,
        _ counts: [Int],
        isHTTP2: Bool,
        _ report: inout GrowthReport
    ) throws -> [(memory: Double, request: Double)] {
        defer { server.stop() }
        let load = try bench.load(server)
        // What the first connections make a server allocate is not theirs.
        try open(16, load, isHTTP2)
        return try counts.map { count in
            let name = "\(isHTTP2 ? "HTTP/2" : "HTTP/1.1"), \(count)"
            report.progress(name)
            let before = server.residentKibibytes
            let earlier = certauth_crowd_alive(load.pointer)
            try open(count, load, isHTTP2)
            let memory = (server.residentKibibytes - before) / Double(count - Int(earlier))
            let contender = Contender(name, server: server) { requests, _ in
                Int(certauth_crowd_requests(load.pointer, Int32(requests)))
            }
            let costs = Measurement(rounds: 5, milliseconds: 300).measure([contender])
            // Other programs on the machine only add time.
            return (memory, Spread(costs[0].map(\.cpu)).minimum / 1e3)
        }
    }

    private func withLists(_ bench: ServerBench, into report: inout GrowthReport) throws {
        report.progress("1,000 connections and 1,000 CRLs")
        try bench.writeLists(number: 1, others: 998)
        let server = try bench.start(["--serve-growth", bench.folder.path, "pinned,lists"])
        let load = try bench.load(server)
        try Self.open(16, load, false)
        let before = server.residentKibibytes
        try Self.open(1_000, load, false)
        report.add(Self.memoryWithLists, 1_000, (server.residentKibibytes - before) / 984)
        server.stop()
    }

    private static func open(_ count: Int, _ load: Load, _ isHTTP2: Bool) throws {
        let opened = certauth_crowd_open(load.pointer, Int32(count), isHTTP2 ? 1 : 0)
        guard opened == Int32(count) else {
            throw ServerProcessError(reason: "\(opened) of \(count) connections could be opened")
        }
    }
}
