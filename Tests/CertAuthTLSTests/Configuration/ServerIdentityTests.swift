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

    func testPEMFilesGiveTheWholeChain() throws {
        let folder = try TemporaryDirectory()
        let server = try server()
        let files = try server.write(to: folder, as: "server")
        let identity = try ServerIdentity(certificateFile: files.chain, keyFile: files.key)
        XCTAssertEqual(identity.chain.map(\.derEncoded), server.chain)
    }

    func testAnEncryptedKeyNeedsItsPassword() throws {
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

    func testAKeyOfAnotherCertificateIsRefusedNamingBothFiles() throws {
        let folder = try TemporaryDirectory()
        let one = try server().write(to: folder, as: "one")
        let other = try server().write(to: folder, as: "other")
        let source = "\(one.chain) and \(other.key)"
        assertUnusable(source: source, reasonContains: "the key is not that of certificate 0") {
            try ServerIdentity(certificateFile: one.chain, keyFile: other.key)
        }
    }

    func testFilesThatAreMissingOrSwappedAreNamed() throws {
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

    func testAPKCS12FileGivesTheChainInOrderWithoutItsRoot() throws {
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
