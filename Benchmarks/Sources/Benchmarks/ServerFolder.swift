// SPDX-License-Identifier: Apache-2.0
// The files that the servers read: certificate, key, and the root of the clients.

import CertAuthTesting
import Foundation

/// A folder of files for servers.
struct ServerFolder: Sendable {
    let path: String
    var chain: String { path + "/chain.pem" }
    var key: String { path + "/key.pem" }
    var root: String { path + "/root.pem" }

    /// Opens one that exists.
    init(path: String) { self.path = path }

    /// Makes one in the system's folder for temporary files.
    init(server: TestIdentity, clientRootPEM: String) throws {
        path = NSTemporaryDirectory() + "certauth-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try server.chainPEM().write(toFile: chain, atomically: true, encoding: .utf8)
        try server.privateKeyPEM().write(toFile: key, atomically: true, encoding: .utf8)
        try clientRootPEM.write(toFile: root, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
