// SPDX-License-Identifier: Apache-2.0
// Folders for servers, made and filled.

import BenchmarkInput
import BenchmarkServing
import CertAuthTesting
import Foundation

extension ServerFolder {
    /// Makes one in the system's folder for temporary files.
    init(server: TestIdentity, clientRootPEM: String) throws {
        self.init(path: NSTemporaryDirectory() + "certauth-bench-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try server.chainPEM().write(toFile: chain, atomically: true, encoding: .utf8)
        try server.privateKeyPEM().write(toFile: key, atomically: true, encoding: .utf8)
        try clientRootPEM.write(toFile: root, atomically: true, encoding: .utf8)
    }

    /// Adds CRLs.
    ///
    /// - Parameter lists: DER; that of the clients' issuer first.
    func write(lists all: [[UInt8]]) throws {
        try Data(all[0]).write(to: URL(fileURLWithPath: list))
        let text = all.map { WrittenCertificate.pem([$0], label: "X509 CRL") }.joined()
        try text.write(toFile: lists, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
