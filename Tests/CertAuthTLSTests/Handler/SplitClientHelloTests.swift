// SPDX-License-Identifier: Apache-2.0
// A ClientHello split into several records is read like a whole one.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import XCTest

final class SplitClientHelloTests: XCTestCase {
    private func peer(_ name: String, _ version: TLSVersion) async throws -> TestingPeer {
        try await TestingPeer(authenticator: nil, mode: .none, identity: nil, version: version, serverName: name) {
            $0.namedPolicies = [ServerNamePolicy("a.test", mode: ClientCertificateMode.none)]
        }
    }

    /// The first flight of `peer`'s client, its handshake message split into records of `size` bytes.
    private func records(of peer: TestingPeer, size: Int) -> [UInt8] {
        _ = peer.client.handshake()
        let flight = peer.client.takeUnsent()
        let message = Array(flight.dropFirst(5))
        return stride(from: 0, to: message.count, by: size).flatMap { start in
            let part = message[start..<min(start + size, message.count)]
            return [0x16, 0x03, 0x01, UInt8(part.count >> 8), UInt8(part.count & 0xFF)] + part
        }
    }

    private func deliver(_ bytes: [UInt8], to peer: TestingPeer, segment: Int) async throws {
        for start in stride(from: 0, to: bytes.count, by: segment) {
            let part = bytes[start..<min(start + segment, bytes.count)]
            _ = try? await peer.channel.writeInbound(ByteBuffer(bytes: part))
        }
        try await peer.exchangeBytes()
        try await peer.shakeHands()
    }

    /// CVE-2026-32305: a name that spans records must not select another policy.
    func test_the_policy_is_found_however_the_ClientHello_is_split() async throws {
        for version in TLSVersion.allCases {
            for size in [1, 7, 64, 16_000] {
                for segment in [1, 11, 16_000] {
                    let known = try await peer("a.test", version)
                    try await deliver(records(of: known, size: size), to: known, segment: segment)
                    let isAdmitted = try await known.hasConnection()
                    XCTAssertTrue(isAdmitted, "\(version), records of \(size), segments of \(segment)")
                    let unknown = try await peer("b.test", version)
                    try await deliver(records(of: unknown, size: size), to: unknown, segment: segment)
                    let isRefused = unknown.recorder.entries.contains(
                        .error(.serverNameRefused(name: "b.test", alert: "unrecognized_name"))
                    )
                    XCTAssertTrue(isRefused, "\(version), records of \(size), segments of \(segment)")
                }
            }
        }
    }
}
