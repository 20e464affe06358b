// SPDX-License-Identifier: Apache-2.0
// Server identities loaded from files, and the names in their errors.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import XCTest

final class ServerIdentityTests: XCTestCase {
    private func server() throws -> TestIdentity {
        try TestAuthority("Server Root").intermediate("Server Issuing").issue("localhost", .server(dnsNames: ["a"]))
    }

    private func assertUnusable(
        source: String,
        reasonContains text: String,
        line: UInt = #line,
        _ make: () throws -> ServerIdentity
    ) {
        XCTAssertThrowsError(try make(), line: line) { error in
            guard case .identityUnusable(let found, let reason)? = error as? TLSConfigurationError else {
                XCTFail("\(error)", line: line)
                return
            }
            XCTAssertEqual(found, source, line: line)
            XCTAssertTrue(reason.contains(text), reason, line: line)
        }
    }

    func test_PEM_files_give_the_whole_chain() throws {
        let folder = try TemporaryDirectory()
        let server = try server()
        let files = try server.write(to: folder, as: "server")
        let identity = try ServerIdentity(certificateFile: files.chain, keyFile: files.key)
        XCTAssertEqual(identity.chain.map(\.derEncoded), server.chain)
    }

    func test_an_encrypted_key_needs_its_password() throws {
        let folder = try TemporaryDirectory()
        let files = try server().write(to: folder, as: "server", password: "secret")
        XCTAssertNoThrow(try ServerIdentity(certificateFile: files.chain, keyFile: files.key, password: "secret"))
        assertUnusable(source: files.key, reasonContains: "the password does not open it") {
            try ServerIdentity(certificateFile: files.chain, keyFile: files.key, password: "wrong")
        }
        assertUnusable(source: files.key, reasonContains: "no password was given") {
            try ServerIdentity(certificateFile: files.chain, keyFile: files.key)
        }
    }

    func test_a_key_of_another_certificate_is_refused_naming_both_files() throws {
        let folder = try TemporaryDirectory()
        let one = try server().write(to: folder, as: "one")
        let other = try server().write(to: folder, as: "other")
        let source = "\(one.chain) and \(other.key)"
        assertUnusable(source: source, reasonContains: "the key is not that of certificate 0") {
            try ServerIdentity(certificateFile: one.chain, keyFile: other.key)
        }
    }

    func test_errors_name_files_that_are_missing_or_swapped() throws {
        let folder = try TemporaryDirectory()
        let files = try server().write(to: folder, as: "server")
        let missing = folder.path(of: "missing")
        assertUnusable(source: missing, reasonContains: "No such file") {
            try ServerIdentity(certificateFile: files.chain, keyFile: missing)
        }
        assertUnusable(source: missing, reasonContains: "No such file") {
            try ServerIdentity(certificateFile: missing, keyFile: files.key)
        }
        assertUnusable(source: files.key, reasonContains: "PRIVATE KEY") {
            try ServerIdentity(certificateFile: files.key, keyFile: files.chain)
        }
        assertUnusable(source: files.chain, reasonContains: "found CERTIFICATE") {
            try ServerIdentity(certificateFile: files.chain, keyFile: files.chain)
        }
    }

    func test_a_PKCS12_file_gives_the_chain_in_order_without_its_root() throws {
        let folder = try TemporaryDirectory()
        let server = try server()
        let path = try folder.write(server.pkcs12(password: "secret"), as: "server.pfx")
        let identity = try ServerIdentity(pkcs12File: path, password: "secret")
        XCTAssertEqual(identity.chain.map(\.derEncoded), server.chain)
        assertUnusable(source: path, reasonContains: "the password does not open it") {
            try ServerIdentity(pkcs12File: path, password: "wrong")
        }
    }
}
