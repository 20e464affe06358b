// SPDX-License-Identifier: Apache-2.0

import CertAuthOpenSSL
import CertAuthTesting

/// A handshake between a server and a client that presents a leaf and two intermediates.
struct HandshakePair {
    let server: TLSConnection
    let client: TLSConnection

    init(_ version: TLSVersion) throws {
        let authority = try TestAuthority("Root")
        let identity = try Self.identity(authority.issue("localhost", .server(dnsNames: ["localhost"])))
        var settings = TLSServerSettings(identity: identity)
        settings.request = .required
        settings.sessionIDContext = [1]
        server = try TLSConnection(context: TLSContext(server: settings))
        server.chainDecision = { _ in .accept }
        var clientSettings = TLSClientSettings(trustedRoots: [try X509Certificate(der: authority.anchorDER)])
        clientSettings.minimumVersion = version
        clientSettings.maximumVersion = version
        let issuing = try authority.intermediate("One").intermediate("Two")
        clientSettings.identity = try Self.identity(issuing.issue("mallory"))
        client = try TLSConnection(context: TLSContext(client: clientSettings))
        try client.expectServer(sentName: "localhost", checkedName: "localhost")
        while exchange() {}
    }

    private static func identity(_ identity: TestIdentity) throws -> TLSIdentity {
        TLSIdentity(chain: try identity.chain.map { try X509Certificate(der: $0) }, key: identity.key.handle)
    }

    /// One step of each side; false if neither sent anything.
    func exchange() -> Bool {
        _ = client.handshake()
        let toServer = client.takeUnsent()
        server.receive(toServer)
        _ = server.handshake()
        let toClient = server.takeUnsent()
        client.receive(toClient)
        return !toServer.isEmpty || !toClient.isEmpty
    }

    /// The part of `text` that arrives.
    func carry(_ text: String, from sender: TLSConnection, to receiver: TLSConnection) -> String? {
        guard case .complete = sender.write(Array(text.utf8)[...]) else { return nil }
        receiver.receive(sender.takeUnsent())
        var buffer = [UInt8](repeating: 0, count: 1_024)
        guard case .complete(let count) = receiver.read(into: &buffer) else {
            return nil
        }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
