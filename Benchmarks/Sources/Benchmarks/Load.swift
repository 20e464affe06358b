// SPDX-License-Identifier: Apache-2.0
// The clients in C, with an owner.

import CReference
import CertAuthTesting

/// Clients of one server. One object serves one thread; the threads it makes itself are its own business.
final class Load: @unchecked Sendable {
    // Only the thread that measures uses it.
    private let pointer: OpaquePointer

    /// - Parameters:
    ///   - serverRoot: DER.
    ///   - clients: present their certificates in turn; none present none.
    init(_ server: ServerProcess, serverRoot: [UInt8], clients: [TestIdentity]) throws {
        guard let made = certauth_load_new(server.port, serverRoot, serverRoot.count) else {
            throw ServerProcessError(reason: "no clients could be made")
        }
        pointer = made
        for client in clients {
            let key = try client.key.derEncoded()
            let issuer = client.issuers.first ?? []
            let leaf = client.certificateDER
            guard certauth_load_add(made, leaf, leaf.count, issuer, issuer.count, key, key.count) == 1 else {
                throw ServerProcessError(reason: "a client's certificate can't be read")
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
