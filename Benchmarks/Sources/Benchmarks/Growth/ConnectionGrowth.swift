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
        let name = isHTTP2 ? "HTTP/2" : "HTTP/1.1"
        let own = try bench.start(["--serve-growth", bench.folder.path, isHTTP2 ? "pinned,h2" : "pinned"])
        let nginx = try bench.startNginx(isHTTP2 ? .http2 : nil)
        let servers = [own] + (nginx.map { [$0] } ?? [])
        let loads = try servers.map { try bench.load($0) }
        // What the first connections make a server allocate is not theirs.
        for load in loads { try open(16, load, isHTTP2) }
        for count in counts {
            report.progress("\(name), \(count)")
            let before = servers.map(\.residentKibibytes)
            let earlier = certauth_crowd_alive(loads[0].pointer)
            for load in loads { try open(count, load, isHTTP2) }
            let memory = zip(servers, before).map {
                ($0.residentKibibytes - $1) / Double(count - Int(earlier))
            }
            if count >= 1_000 {
                let figure = isHTTP2 ? Self.memoryOfHTTP2 : Self.memory
                report.add(figure, count, memory[0], nginx: memory.count > 1 ? memory[1] : nil)
            }
            let contenders = zip(servers, loads).map { server, load in
                Contender("\(name) at \(count)", server: server) { requests, _ in
                    Int(certauth_crowd_requests(load.pointer, Int32(requests)))
                }
            }
            let costs = Measurement(rounds: 5, milliseconds: 300).measure(contenders)
            // Other programs on the machine only add time.
            let least = costs.map { Spread($0.map(\.cpu)).minimum / 1e3 }
            report.add(
                isHTTP2 ? Self.http2 : Self.http1,
                count,
                least[0],
                nginx: least.count > 1 ? least[1] : nil
            )
        }
        for server in servers { server.stop() }
    }

    private func withLists(_ bench: ServerBench, into report: inout GrowthReport) throws {
        report.progress("1,000 connections and 1,000 CRLs")
        try bench.writeLists(number: 1, others: 998)
        let server = try bench.start(["--serve-growth", bench.folder.path, "pinned,lists"])
        let load = try bench.load(server)
        try open(16, load, false)
        let before = server.residentKibibytes
        try open(1_000, load, false)
        report.add(Self.memoryWithLists, 1_000, (server.residentKibibytes - before) / 984)
        server.stop()
    }

    private func open(_ count: Int, _ load: Load, _ isHTTP2: Bool) throws {
        let opened = certauth_crowd_open(load.pointer, Int32(count), isHTTP2 ? 1 : 0)
        guard opened == Int32(count) else {
            throw ServerProcessError(reason: "\(opened) of \(count) connections could be opened")
        }
    }
}
