// SPDX-License-Identifier: Apache-2.0
// The work for names grows with their number, not with its square.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import Logging
import XCTest

final class NamesGrowthTests: XCTestCase {
    /// Asserts that eight times as many names need about eight times as many comparisons, where the square would be 64
    /// times.
    ///
    /// Hash tables compare keys whose hash values collide, the more the fuller they are. Both numbers fill the tables
    /// equally, to 70 %. What is left is chance, so each number is the sum of four runs.
    private func assertLinear(_ work: (Int) throws -> Void, line: UInt = #line) rethrows {
        var attempts: [[Int]] = []
        repeat {
            let visits = try [90, 720].map { count in
                try VisitCounter.count { for _ in 0..<4 { try work(count) } }
            }
            #if DEBUG
            XCTAssertGreaterThan(visits[0], 0, "nothing is counted", line: line)
            #endif
            attempts.append(visits)
            if visits[1] <= 12 * visits[0] { return }
        } while attempts.count < 3
        XCTFail("\(attempts)", line: line)
    }

    func test_reading_a_file_of_names_is_linear() throws {
        try assertLinear { count in
            let base = Int.random(in: 1_000_000...8_000_000)
            let text = (0..<count).map { "n\(base + $0).test mode=require trust=root.pem\n" }.joined()
            XCTAssertEqual(try NamesFile(Array(text.utf8)).names.count, count)
        }
    }

    func test_names_in_flags_are_linear() throws {
        try assertLinear { count in
            let base = Int.random(in: 1_000_000...8_000_000)
            let arguments = try ServerNameArguments(
                modes: (0..<count).map { "n\(base + $0).test=require" },
                identities: (0..<count).map { "n\(base + $0).test=a.pem,a.key" },
                trusts: (0..<count).map { "n\(base + $0).test=root.pem" }
            )
            XCTAssertEqual(arguments.names.count, count)
        }
    }

    func test_a_start_with_a_file_of_names_is_linear() throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        try assertLinear { count in
            let base = Int.random(in: 1_000_000...8_000_000)
            let text = (0..<count).map { "n\(base + $0).test cert=localhost.chain.pem key=localhost.key\n" }
                .joined()
            try world.directory.write(text, as: "names")
            var settings = ServeSettings(
                certificate: world.path("localhost.chain.pem"),
                key: world.path("localhost.key")
            )
            settings.clientAuthorities = [world.path("root.pem")]
            settings.revocation = .none
            settings.namesFile = world.path("names")
            let listener = try settings.listener(logger: .silent)
            guard case .tls(let tls) = listener.configuration.security else { return XCTFail("no TLS") }
            XCTAssertEqual(tls.namedPolicies.count, count)
        }
    }
}
