// SPDX-License-Identifier: Apache-2.0
// The example in the README, run.

import CertAuthTesting
import XCTest

final class ReadmeExampleTests: XCTestCase {
    func test_the_example_loads_its_files_and_ends_when_cancelled() async throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Clients")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let files = try server.write(to: folder, as: "server")
        let list = try authority.revocationList()
        let revocationList = try folder.write(list.pem(), as: "clients.crl")
        let running = Task {
            try await serve(
                certificate: files.chain,
                key: files.key,
                clientAuthority: files.anchor,
                revocationList: revocationList
            )
        }
        running.cancel()
        try await running.value
    }
}
