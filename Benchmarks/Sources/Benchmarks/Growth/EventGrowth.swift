// SPDX-License-Identifier: Apache-2.0
// By number of idle connections: what an event costs, and how long other clients wait.

import BenchmarkInput
import BenchmarkServing
import CReference
import CertAuthTesting
import Foundation

/// Measures events of a listener that holds many connections, beside nginx where it does the same.
struct EventGrowth: GrowthTable {
    let sizes: GrowthSizes

    private static let goalOfWait = GrowthFigure.Goal.atMost(20)
    private static let quiet = GrowthFigure(name: "longest wait, nothing happens", unit: "ms")
    private static let listWait = GrowthFigure(
        name: "longest wait, new CRL",
        unit: "ms",
        before: [10_000: 150],
        goal: goalOfWait
    )
    private static let listCost = GrowthFigure(
        name: "new CRL, for each connection",
        unit: "CPU us",
        before: [10_000: 145],
        goal: .atMost(40)
    )
    private static let revokeWait = GrowthFigure(name: "longest wait, 100 revocations", unit: "ms", goal: goalOfWait)
    private static let revokeCost = GrowthFigure(
        name: "revocation of a client without a connection",
        unit: "CPU us",
        before: [5_000: 11_000],
        goal: .timesSmallest(1.5)
    )
    private static let reloadWait = GrowthFigure(
        name: "longest wait, reload of the configuration",
        unit: "ms",
        before: [5_000: 540, 10_000: 1_300],
        goal: goalOfWait
    )
    private static let reloadCost = GrowthFigure(name: "reload, for each connection", unit: "CPU us")
    private static let trustWait = GrowthFigure(
        name: "longest wait, reload of 10,000 trust anchors",
        unit: "ms",
        goal: goalOfWait
    )
    private static let trustCost = GrowthFigure(name: "reload of 10,000 trust anchors", unit: "CPU ms")
    private static let shutdownWait = GrowthFigure(
        name: "longest wait, start of a graceful shutdown",
        unit: "ms",
        goal: goalOfWait
    )

    func run(into report: inout GrowthReport) throws {
        report.begin("Events with idle connections", size: "idle connections, each with its own client certificate")
        let limit = Int(certauth_raise_descriptors())
        for count in sizes.numbers(small: [1_000], full: [5_000, 10_000]) {
            // The server needs some for itself, and the clients that wait need new ones.
            guard limit >= count + 500 else {
                report.remark("\(count): not measured, ulimit -Hn is \(limit), expected at least \(count + 500)")
                continue
            }
            report.progress("\(count) connections")
            let bench = try ServerBench(clientCount: count)
            defer { bench.stop() }
            let file = "\(bench.folder.path)/clients.bin"
            try ClientFile(serverRoot: bench.serverRoot, clients: bench.clients).write(to: file)
            let nginx = try nginx(count, file, bench, into: report)
            try measure(count, file, bench, nginx, into: &report)
        }
    }

    private func measure(
        _ count: Int,
        _ file: String,
        _ bench: ServerBench,
        _ nginx: (reload: Double, shutdown: Double)?,
        into report: inout GrowthReport
    ) throws {
        try bench.writeLists(number: 1)
        try bench.writeRevoked(100)
        let server = try bench.start(["--serve-growth", bench.folder.path, "lists"])
        let holder = try ConnectionHolder(server, clients: file, in: bench)
        try holder.open(count)
        let anchors = try NumberedAnchors()
        try measureCosts(count, server, bench, anchors, into: &report)
        check(holder, count, "after a CRL, 100 revocations of others and reloads of trust anchors", into: &report)
        let reloadCost = EventScene.cost(for: server) { server.order(GrowthServer.Order.reload.rawValue) }
        report.add(Self.reloadCost, count, reloadCost * 1e3 / Double(count))
        try holder.open(count)
        let scene = try EventScene(server, in: bench)
        report.add(Self.quiet, count, scene.quietWait)
        try bench.writeLists(number: 4)
        let list = scene.measure { server.order(GrowthServer.Order.lists.rawValue) }
        report.add(Self.listWait, count, list.longestWait)
        try bench.writeRevoked(100)
        let revoked = scene.measure { server.order(GrowthServer.Order.revoke.rawValue) }
        report.add(Self.revokeWait, count, revoked.longestWait)
        check(holder, count, "after 200 revocations of others", into: &report)
        let reload = scene.measure { server.order(GrowthServer.Order.reload.rawValue) }
        report.add(Self.reloadWait, count, reload.longestWait, nginx: nginx?.reload)
        report.progress("connections again")
        // Idle HTTP/1.1 connections end up to `headerTimeout` and `reloadSpread` after the reload.
        Thread.sleep(forTimeInterval: 17)
        try holder.open(count)
        try anchors.write(10_000, and: [], first: 2, inFolder: bench.folder.path)
        let trust = scene.measure { server.order(GrowthServer.Order.trust.rawValue) }
        report.add(Self.trustWait, count, trust.longestWait)
        check(holder, count, "after reloads of trust anchors", into: &report)
        let shutdown = scene.measure { server.order(GrowthServer.Order.shutdown.rawValue) }
        report.add(Self.shutdownWait, count, shutdown.longestWait, nginx: nginx?.shutdown)
        for (name, outcome) in [("CRL", list), ("revocations", revoked), ("trust", trust)]
        where outcome.waits.failed > 0 {
            report.remark("\(count): \(outcome.waits.failed) requests failed: \(name)")
        }
        scene.stop()
        holder.stop()
        server.stop()
    }

    /// The CPU time of the server, measured without other clients.
    private func measureCosts(
        _ count: Int,
        _ server: ServerProcess,
        _ bench: ServerBench,
        _ anchors: NumberedAnchors,
        into report: inout GrowthReport
    ) throws {
        func cost(_ order: GrowthServer.Order) -> Double {
            EventScene.cost(for: server) { server.order(order.rawValue) }
        }
        // The first of each kind also pays for what is loaded once.
        try bench.writeLists(number: 2)
        _ = cost(.lists)
        try bench.writeLists(number: 3)
        report.add(Self.listCost, count, cost(.lists) * 1e3 / Double(count))
        report.add(Self.revokeCost, count, cost(.revoke) * 1e3 / 100)
        try anchors.write(10_000, and: [], inFolder: bench.folder.path)
        _ = cost(.trust)
        try anchors.write(10_000, and: [], first: 1, inFolder: bench.folder.path)
        report.add(Self.trustCost, count, cost(.trust))
    }

    /// These events must not close a connection.
    private func check(_ holder: ConnectionHolder, _ count: Int, _ moment: String, into report: inout GrowthReport) {
        let alive = holder.alive()
        if alive != count { report.remark("\(count): \(alive) connections are open \(moment)") }
    }

    /// The longest waits of nginx's clients; nil if it is not installed.
    private func nginx(
        _ count: Int,
        _ file: String,
        _ bench: ServerBench,
        into report: GrowthReport
    ) throws -> (reload: Double, shutdown: Double)? {
        guard let server = try bench.startNginx(.reloadable) else { return nil }
        report.progress("nginx")
        let holder = try ConnectionHolder(server, clients: file, in: bench)
        try holder.open(count)
        let scene = try EventScene(server, in: bench)
        // Its worker's time is not that of the process that is measured, so there is nothing to wait for but time.
        func event(_ signal: Int32) -> Double {
            scene.measure {
                server.send(signal: signal)
                Thread.sleep(forTimeInterval: 1.5)
                return nil
            }.longestWait
        }
        let reload = event(SIGHUP)
        try holder.open(count)
        let shutdown = event(SIGQUIT)
        scene.stop()
        holder.stop()
        server.stop()
        return (reload, shutdown)
    }
}
