// SPDX-License-Identifier: Apache-2.0
// Certificates and keys of clients, as a file for another process.

import CertAuthTesting
import Foundation

/// What clients need: the server's root, and for each client its certificate, its issuer's, and its key. All are DER.
struct ClientFile: Sendable {
    /// One client.
    struct Client: Sendable {
        let leaf: [UInt8]
        let issuer: [UInt8]
        let key: [UInt8]
    }

    let serverRoot: [UInt8]
    let clients: [Client]

    init(serverRoot: [UInt8], clients: [TestIdentity]) throws {
        self.serverRoot = serverRoot
        self.clients = try clients.map {
            Client(leaf: $0.certificateDER, issuer: $0.issuers.first ?? [], key: try $0.key.derEncoded())
        }
    }

    /// Reads what `write` wrote.
    init(path: String) throws {
        var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))[...]
        var parts: [[UInt8]] = []
        while rest.count >= 4 {
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            parts.append(Array(rest.dropFirst(4).prefix(count)))
            rest = rest.dropFirst(4 + count)
        }
        guard parts.count % 3 == 1 else { throw ServerProcessError(reason: "\(path) is not a file of clients") }
        serverRoot = parts[0]
        clients = stride(from: 1, to: parts.count, by: 3).map {
            Client(leaf: parts[$0], issuer: parts[$0 + 1], key: parts[$0 + 2])
        }
    }

    /// Writes each part behind its length in four bytes. Only the owner can read the file.
    func write(to path: String) throws {
        let parts = [serverRoot] + clients.flatMap { [$0.leaf, $0.issuer, $0.key] }
        let bytes = parts.flatMap { part in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: part.count >> $0) } + part
        }
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: attributes) else {
            throw ServerProcessError(reason: "\(path) can't be written")
        }
    }
}
