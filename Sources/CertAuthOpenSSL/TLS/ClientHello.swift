// SPDX-License-Identifier: Apache-2.0
// The parts of a ClientHello that select a policy.

import COpenSSL

/// What a client sent in its ClientHello.
///
/// The first one is binding: a second ClientHello (after HelloRetryRequest) must contain the same values.
package struct ClientHello: Equatable, Sendable {
    /// The server name that the client requests, as sent.
    package let serverName: String?
    /// The raw ALPN extension. Nil if the client sent none.
    package let applicationProtocolOffer: [UInt8]?
    /// Whether TLS 1.3 is among the versions that the client supports.
    let offersTLS13: Bool
    /// Whether the client offers the extended master secret. Without it no TLS 1.2 session can be resumed safely (RFC
    /// 7627 section 1).
    let offersExtendedMasterSecret: Bool

    /// Why a ClientHello is refused.
    enum Defect: Error { case malformedServerName, tooManyIdentities }

    /// The ALPN names that the client offers, in its order. Empty if the offer is malformed.
    package var offeredProtocols: [String] {
        guard let offer = applicationProtocolOffer, offer.count > 2 else { return [] }
        var names: [String] = []
        var rest = offer.dropFirst(2)
        while let length = rest.first {
            guard length > 0, rest.count > Int(length) else { return [] }
            names.append(String(decoding: rest.dropFirst().prefix(Int(length)), as: UTF8.self))
            rest = rest.dropFirst(1 + Int(length))
        }
        return names
    }

    /// The maximum number of sessions that a client may offer at once: each costs a key lookup. Browsers offer one or
    /// two.
    static let mostIdentities = 32

    package init(serverName: String?, applicationProtocolOffer: [UInt8]?) {
        self.serverName = serverName
        self.applicationProtocolOffer = applicationProtocolOffer
        offersTLS13 = true
        offersExtendedMasterSecret = true
    }

    /// Reads the ClientHello that is being processed; only valid inside OpenSSL's ClientHello callback.
    ///
    /// Corresponds to `SSL_client_hello_get0_ext`.
    init(readingFrom connection: OpaquePointer) throws(Defect) {
        let name = Self.extensionBytes(UInt32(TLSEXT_TYPE_server_name), of: connection)
        serverName = if let name { try Self.hostName(in: name) } else { nil }
        applicationProtocolOffer = Self.extensionBytes(
            UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation),
            of: connection
        )
        let versions = Self.extensionBytes(UInt32(TLSEXT_TYPE_supported_versions), of: connection) ?? []
        offersTLS13 = Self.names(version: UInt16(TLS1_3_VERSION), in: versions)
        if let offered = Self.extensionBytes(UInt32(TLSEXT_TYPE_psk), of: connection),
            Self.identityCount(in: offered) > Self.mostIdentities
        {
            throw .tooManyIdentities
        }
        let masterSecret = Self.extensionBytes(UInt32(TLSEXT_TYPE_extended_master_secret), of: connection)
        offersExtendedMasterSecret = masterSecret != nil
    }

    /// The number of identities in the pre_shared_key extension of a ClientHello. OpenSSL refuses malformed ones.
    ///
    /// - Source: RFC 8446 section 4.2.11.
    private static func identityCount(in bytes: [UInt8]) -> Int {
        guard bytes.count >= 2 else { return 0 }
        let end = min(bytes.count, 2 + (Int(bytes[0]) << 8 | Int(bytes[1])))
        var position = 2
        var count = 0
        while position + 2 <= end {
            position += 2 + (Int(bytes[position]) << 8 | Int(bytes[position + 1])) + 4
            count += 1
        }
        return count
    }

    /// Whether the supported_versions extension of a ClientHello lists `version`.
    ///
    /// - Source: RFC 8446 section 4.2.1.
    private static func names(version: UInt16, in bytes: [UInt8]) -> Bool {
        guard let length = bytes.first, Int(length) == bytes.count - 1 else { return false }
        return stride(from: 1, to: bytes.count - 1, by: 2).contains {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) == version
        }
    }

    /// The bytes of the server_name extension after its length fields, valid or not.
    static func rawServerName(of connection: OpaquePointer) -> [UInt8] {
        Array((extensionBytes(UInt32(TLSEXT_TYPE_server_name), of: connection) ?? []).dropFirst(5))
    }

    /// Whether a later ClientHello repeats the values of `first`. A renegotiation may omit ALPN, because the
    /// negotiated protocol remains in effect (RFC 7301 section 3.1).
    package func repeats(_ first: ClientHello, isRenegotiation: Bool) -> Bool {
        (serverName == first.serverName && applicationProtocolOffer == first.applicationProtocolOffer)
            || (isRenegotiation && serverName == first.serverName && applicationProtocolOffer == nil)
    }

    private static func extensionBytes(_ type: UInt32, of connection: OpaquePointer) -> [UInt8]? {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard SSL_client_hello_get0_ext(connection, type, &start, &count) == 1 else { return nil }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// The host name in a server_name extension.
    ///
    /// - Source: RFC 6066 section 3. Deviation: exactly one name, of printable ASCII, is accepted.
    static func hostName(in bytes: [UInt8]) throws(Defect) -> String? {
        let header = 5
        guard bytes.count > header, Int(bytes[0]) << 8 | Int(bytes[1]) == bytes.count - 2, bytes[2] == 0 else {
            throw .malformedServerName
        }
        let name = bytes[header...]
        let isPrintable = name.allSatisfy { (0x21...0x7E).contains($0) }
        guard Int(bytes[3]) << 8 | Int(bytes[4]) == name.count, name.count <= 255, isPrintable else {
            throw .malformedServerName
        }
        return String(decoding: name, as: UTF8.self)
    }
}

/// Why this side ended a handshake at a ClientHello. libssl reports "callback failed" for all of these.
package enum HelloObjection: Equatable, Sendable {
    /// As much of the server name as the length fields allow to extract.
    case malformedServerName([UInt8])
    case tooManyIdentities(limit: Int)
    case changedAfterRetry
    case contextUnusable
}
