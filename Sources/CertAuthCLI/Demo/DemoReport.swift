// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthHTTP

/// The output of the demonstration: the table, its summary, and curl commands to try.
package struct DemoReport: Sendable {
    private let world: DemoWorld
    private let address: ListenerAddress

    package init(world: DemoWorld, address: ListenerAddress) {
        self.world = world
        self.address = address
    }

    /// Returns a row for each client with its result and the reason; unexpected results are marked.
    package func table(_ rows: [DemoRow], _ palette: Palette) -> [String] {
        var table = TextTable()
        table.add(["", "client", "HTTP", "code", "why"].map { .init($0, palette.dim) })
        for row in rows {
            let mark: TextTable.Cell = row.isRight ? .init("✓", palette.green) : .init("✗", palette.red)
            table.add([
                mark, .init(row.client.kind), .init(row.status.map { "\($0)" } ?? "-"), .init(row.code ?? "-"),
                .init(row.reason),
            ])
        }
        return table.lines()
    }

    /// Returns one sentence that summarizes all rows.
    package func summary(_ rows: [DemoRow], _ palette: Palette) -> String {
        let wrong = rows.filter { !$0.isRight }
        guard let first = wrong.first else { return palette.green("all \(rows.count) rows are as expected") }
        let code = first.client.expectedCode.map { " \($0)" } ?? ""
        return palette.red(
            "\(wrong.count) of \(rows.count) rows are wrong, first: \(first.client.kind), "
                + "expected \(first.client.expectedStatus)\(code)"
        )
    }

    /// A curl command for each client, ready to be pasted.
    package var curlLines: [String] {
        world.clients.map { client in
            var words = ["curl", "--cacert", quoted(world.path("root.pem"))]
            if let name = client.fileName {
                words += ["--cert", quoted(world.path("\(name).chain.pem"))]
                words += ["--key", quoted(world.path("\(name).key"))]
            }
            return (words + target).joined(separator: " ")
        }
    }

    private var target: [String] {
        switch address {
        case .unixSocket(let path): ["--unix-socket", quoted(path), "https://localhost/whoami"]
        case .hostPort(_, let port): ["https://localhost:\(port)/whoami"]
        }
    }

    private func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte.isASCIIAlphanumeric
                || "/._-+@".utf8.contains(byte)
        }
        if isPlain { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
