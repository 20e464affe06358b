// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthHTTP
import CertAuthTesting
import Logging
import UnixSignals

/// `certauth demo`: shows the result of each kind of client.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Creates a PKI, starts a server, and shows how it answers eight kinds of client, and why.",
        discussion: """
            All files are in a temporary folder, which is removed at the end. The requests use TLS on the loopback \
            interface. Without --once, the command shows curl lines to try, and the server runs until Ctrl-C.

            Examples:
              certauth demo
              certauth demo --once
              certauth demo --listen 127.0.0.1:8443

            Exit codes: 0 every row is as expected, 1 a row is not, 2 usage error, 3 failed.
            """
    )

    @Flag(help: "Exits after the table.") var once = false
    @Option(help: "host:port or unix:PATH (default: 127.0.0.1 and any free port).", transform: ListenArgument.address)
    var listen: ListenerAddress = .hostPort(host: "127.0.0.1", port: 0)

    mutating func run() async throws {
        let terminal = Terminal.standard
        // A signal that ended the process before the server handles it would leave the folder with its keys.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let world = try DemoWorld()
        let server = Server(settings: world.settings(address: listen), terminal: terminal, level: .error)
        let listener = try server.listener()
        let address = try await server.start(listener)
        terminal.plainLine(address.announcement(isPlain: false))
        terminal.plainLine("files in \(world.directory.path)")
        terminal.line()
        guard let rows = await Self.rows(of: DemoRequests(world: world, address: address), until: signals) else {
            await listener.shutdown()
            throw ExitCode(CommandFailure.Kind.internalError.rawValue)
        }
        let report = DemoReport(world: world, address: address)
        for line in report.table(rows, terminal.palette) { terminal.line(line) }
        terminal.line("\n\(report.summary(rows, terminal.palette))")
        if once {
            await listener.shutdown()
        } else {
            terminal.line("\ntry by hand:")
            for line in report.curlLines { terminal.plainLine("  \(line)") }
            terminal.line("\nCtrl-C stops the server and removes the folder")
            try await server.serve(listener)
        }
        withExtendedLifetime(world) {}
        guard rows.allSatisfy(\.isRight) else { throw ExitCode(CommandFailure.Kind.refused.rawValue) }
    }

    /// The rows. Nil if a signal arrived before they were complete.
    private static func rows(of requests: DemoRequests, until signals: UnixSignalsSequence) async -> [DemoRow]? {
        await withTaskGroup(of: [DemoRow]?.self) { tasks in
            tasks.addTask { await requests.rows() }
            tasks.addTask {
                for await _ in signals { break }
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }
}
