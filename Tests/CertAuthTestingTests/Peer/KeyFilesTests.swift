// SPDX-License-Identifier: Apache-2.0
// Key files and PKCS #12 files exchanged with the openssl command.

import CertAuthOpenSSL
import CertAuthTesting
import Foundation
import XCTest

final class KeyFilesTests: XCTestCase {
    func test_openssl_reads_our_keys_with_the_password_only() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        for kind in [TestKey.Kind.p256, .secp256k1, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed448] {
            let path = try folder.write(TestKey.generate(kind).pem(password: "secret"), as: "key.pem")
            let right = try openssl.run("pkey", "-in", path, "-passin", "pass:secret", "-noout", "-check")
            XCTAssertEqual(right.output, "Key is valid\n", right.errors)
            let wrong = try openssl.run("pkey", "-in", path, "-passin", "pass:guess", "-noout")
            XCTAssertEqual(wrong.exitCode, 1)
        }
    }

    func test_old_key_formats_of_openssl_are_read() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let key = try TestKey.generate(.p256)
        let source = try folder.write(key.pem(), as: "key.pem")
        let target = folder.path(of: "old.pem")
        for arguments in [[], ["-aes128", "-passout", "pass:secret"]] {
            let answer = try openssl.run(["ec", "-in", source, "-out", target] + arguments)
            XCTAssertEqual(answer.exitCode, 0, answer.errors)
            let text = try String(contentsOfFile: target, encoding: .utf8)
            XCTAssertTrue(text.contains("-----BEGIN EC PRIVATE KEY-----"))
            let reread = try PrivateKey(pem: text, password: arguments.isEmpty ? nil : "secret")
            XCTAssertEqual(try reread.subjectPublicKeyInfo(), try key.subjectPublicKeyInfo())
        }
    }

    func test_a_pkcs1_key_of_openssl_is_read() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let key = try TestKey.generate(.rsa(bits: 2048))
        let source = try folder.write(key.pem(), as: "key.pem")
        let answer = try openssl.run("rsa", "-in", source, "-traditional")
        XCTAssertTrue(answer.output.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"), answer.errors)
        XCTAssertEqual(try PrivateKey(pem: answer.output).subjectPublicKeyInfo(), try key.subjectPublicKeyInfo())
    }

    func test_an_old_encrypted_key_distinguishes_wrong_and_missing_passwords() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let source = try folder.write(TestKey.generate(.p256).pem(), as: "key.pem")
        let text = try openssl.run("ec", "-in", source, "-aes128", "-passout", "pass:secret").output
        XCTAssertThrowsError(try PrivateKey(pem: text)) { error in
            XCTAssertEqual(error as? PrivateKeyError, .passwordRequired)
        }
        for attempt in 0..<300 {
            XCTAssertThrowsError(try PrivateKey(pem: text, password: "wrong \(attempt)")) { error in
                XCTAssertEqual(error as? PrivateKeyError, .wrongPassword)
            }
        }
    }

    func test_openssl_reads_our_pkcs12_files() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let identity = try TestAuthority("Root").intermediate("Issuing").issue("alice")
        for (legacy, cipher) in [
            (false, "PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256"),
            (true, "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048"),
        ] {
            let file = try identity.pkcs12(password: "secret", friendlyName: "Alice", legacy: legacy)
            let path = try folder.write(file, as: "alice.p12")
            let answer = try openssl.run("pkcs12", "-in", path, "-passin", "pass:secret", "-nodes", "-info")
            XCTAssertEqual(answer.exitCode, 0, answer.errors)
            XCTAssertTrue(answer.errors.contains("MAC: \(legacy ? "sha1" : "sha256"), Iteration 2048"), answer.errors)
            XCTAssertTrue(answer.errors.contains("Shrouded Keybag: \(cipher)"), answer.errors)
            XCTAssertTrue(answer.output.contains("friendlyName: Alice"), answer.output)
            XCTAssertTrue(answer.words.contains("subject=CN=Issuing"), answer.output)
        }
    }

    func test_pkcs12_files_of_openssl_are_read_new_and_legacy() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let identity = try TestAuthority("Root").intermediate("Issuing").issue("alice")
        let files = try identity.write(to: folder, as: "alice")
        for arguments in [[], ["-legacy"], ["-keypbe", "NONE", "-certpbe", "NONE"]] {
            let path = folder.path(of: "alice.p12")
            let answer = try openssl.run(
                ["pkcs12", "-export", "-in", files.chain, "-inkey", files.key, "-out", path, "-passout", "pass:secret"]
                    + arguments
            )
            XCTAssertEqual(answer.exitCode, 0, answer.errors)
            let file = try PKCS12File.decode(Array(Data(contentsOf: URL(fileURLWithPath: path))), password: "secret")
            XCTAssertEqual(try file.certificate?.encodedDER(), identity.certificateDER, "\(arguments)")
            XCTAssertEqual(try file.authorities.map { try $0.encodedDER() }, identity.issuers, "\(arguments)")
        }
    }

    func test_a_pkcs12_file_without_keys_has_only_certificates() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let identity = try TestAuthority("Root").issue("alice")
        let files = try identity.write(to: folder, as: "alice")
        let path = folder.path(of: "alice.p12")
        let answer = try openssl.run(
            "pkcs12",
            "-export",
            "-nokeys",
            "-in",
            files.chain,
            "-out",
            path,
            "-passout",
            "pass:secret"
        )
        XCTAssertEqual(answer.exitCode, 0, answer.errors)
        let file = try PKCS12File.decode(Array(Data(contentsOf: URL(fileURLWithPath: path))), password: "secret")
        XCTAssertNil(file.key)
        XCTAssertNil(file.certificate)
        XCTAssertEqual(try file.authorities.map { try $0.encodedDER() }, [identity.certificateDER])
    }

    func test_a_file_without_a_mac_is_refused() throws {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let files = try TestAuthority("Root").issue("alice").write(to: folder, as: "alice")
        let path = folder.path(of: "alice.p12")
        let answer = try openssl.run(
            "pkcs12",
            "-export",
            "-nomac",
            "-in",
            files.chain,
            "-inkey",
            files.key,
            "-out",
            path,
            "-passout",
            "pass:secret"
        )
        XCTAssertEqual(answer.exitCode, 0, answer.errors)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        XCTAssertThrowsError(try PKCS12File.decode(bytes, password: "secret")) { error in
            XCTAssertEqual(error as? PKCS12Error, .macMissing)
        }
    }
}
