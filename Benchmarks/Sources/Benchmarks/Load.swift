// SPDX-License-Identifier: Apache-2.0
// The owner of the clients in C.

import CReference
import CertAuthTesting

/// Clients of one server. One thread at a time may use it; it starts its own threads for the connections.
final class Load: @unchecked Sendable {
    // Only the thread that measures uses it.
    let pointer: OpaquePointer

    /// - Parameters:
    ///   - serverRoot: DER.
    ///   - clients: their certificates are presented in turn; if there are none, no certificate is presented.
    convenience init(_ server: ServerProcess, serverRoot: [UInt8], clients: [TestIdentity]) throws {
        try self.init(port: server.port, ClientFile(serverRoot: serverRoot, clients: clients))
    }

    init(port: UInt16, _ file: ClientFile) throws {
        let root = file.serverRoot
        guard let created = certauth_load_new(port, root, root.count) else {
            throw ServerProcessError(reason: "the clients could not be created")
        }
        pointer = created
        for client in file.clients {
            let (leaf, issuer, key) = (client.leaf, client.issuer, client.key)
            guard certauth_load_add(created, leaf, leaf.count, issuer, issuer.count, key, key.count) == 1 else {
                throw ServerProcessError(reason: "a client's certificate or key can't be read")
            }
        }
    }

    deinit { certauth_load_free(pointer) }

    func handshakes(_ count: Int, _ offset: Int) -> Int {
        Int(certauth_load_handshakes(pointer, Int32(count), Int32(offset)))
    }

    func resumptions(_ count: Int, _: Int) -> Int { Int(certauth_load_resumptions(pointer, Int32(count))) }

    func requests(_ count: Int, _: Int) -> Int { Int(certauth_load_requests(pointer, Int32(count))) }

    func hold(_ count: Int) -> Int { Int(certauth_load_hold(pointer, Int32(count))) }
}
