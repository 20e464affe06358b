// SPDX-License-Identifier: Apache-2.0
// The Guide's commands: both development PKIs, and curl requests to the first server.

import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import XCTest

final class GuideCommandTests: XCTestCase {
    func test_both_ways_of_making_certificates_work_with_the_first_server() async throws {
        let folder = try TemporaryDirectory()
        let making = try ShellScript(page: "Guide.md", heading: "Certificates", programs: ["openssl"])
        let made = try await making.run(in: folder.path)
        XCTAssertEqual(made.status, 0, made.output)
        XCTAssertEqual(made.output.components(separatedBy: "bob is refused").count, 2, made.output)
        _ = try ServerIdentity(pkcs12File: folder.path(of: "alice.pfx"), password: "secret")
        _ = try ServerIdentity(pkcs12File: folder.path(of: "pki/alice.pfx"), password: "secret")
        let calling = try ShellScript(page: "Guide.md", heading: "Get started", programs: ["curl"])
        for pki in [folder.path(of: "pki"), folder.path] {
            let listener = try makeListener(pki: pki, port: 0)
            let address = try await listener.start()
            // The commands refer to the folder as `pki`.
            let place = try TemporaryDirectory()
            try FileManager.default.createSymbolicLink(atPath: place.path(of: "pki"), withDestinationPath: pki)
            let answer = try await calling.run(in: place.path, replacing: address.port)
            XCTAssertTrue(answer.output.hasSuffix("hello alice"), answer.output)
            XCTAssertEqual(answer.status, 0)
            await listener.shutdown()
        }
    }

    func test_curl_presents_PEM_files_and_a_PKCS_12_file() async throws {
        let folder = try TemporaryDirectory()
        let making = try ShellScript(page: "Guide.md", heading: "Certificates", programs: ["openssl"])
        let made = try await making.run(in: folder.path)
        XCTAssertEqual(made.status, 0, made.output)
        let calling = try ShellScript(page: "Clients.md", heading: "curl", programs: ["curl"])
        let listener = try makeListener(pki: folder.path(of: "pki"), port: 0)
        let address = try await listener.start()
        let answer = try await calling.run(in: folder.path, replacing: address.port)
        XCTAssertEqual(answer.output.components(separatedBy: "hello alice").count, 3, answer.output)
        XCTAssertEqual(answer.status, 0)
        await listener.shutdown()
    }
}
