// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthHTTP
import CertAuthTestingHTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Requests `/whoami` as each client, over TLS.
package struct DemoRequests: Sendable {
    private let world: DemoWorld
    private let address: ListenerAddress

    /// - Parameter address: the server's address; a wildcard address is replaced by loopback.
    package init(world: DemoWorld, address: ListenerAddress) {
        self.world = world
        switch address {
        case .hostPort(host: "0.0.0.0", let port): self.address = .hostPort(host: "127.0.0.1", port: port)
        case .hostPort(host: "::", let port): self.address = .hostPort(host: "::1", port: port)
        default: self.address = address
        }
    }

    /// Sends the requests one after the other, and returns a row for each client.
    package func rows() async -> [DemoRow] {
        var rows: [DemoRow] = []
        for client in world.clients { rows.append(await row(client)) }
        return rows
    }

    private func row(_ client: DemoClient) async -> DemoRow {
        let peer = TLSTestClient(address: address, serverAnchorDER: world.rootDER, identity: client.identity)
        do {
            let response = try await peer.get("/whoami")
            return DemoRow(
                client: client,
                status: response.status,
                code: response.problemCode,
                reason: Self.reason(response)
            )
        } catch {
            return DemoRow(client: client, status: nil, code: nil, reason: DisplayText.escaped("\(error)"))
        }
    }

    private struct Body: Decodable {
        let subject: String?
        let detail: String?
        let message: String?
    }

    private static func reason(_ response: TestResponse) -> String {
        let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
        if let subject = body?.subject { return "known as \(DisplayText.escaped(subject))" }
        return DisplayText.escaped(body?.message ?? body?.detail ?? "")
    }
}
