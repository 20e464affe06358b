// SPDX-License-Identifier: Apache-2.0
// A Certificate message of TLS 1.2 or 1.3, as it is looked at before OpenSSL decodes it.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

struct CertificateMessageTarget: FuzzTarget {
    static let name = "certificate-message"
    static let words = DERWords.all + [[11], [0, 0, 0], [0, 0, 1], [0, 2, 0]]

    private let world: FuzzWorld
    private let screening: PresentedScreening

    init(_ world: FuzzWorld) throws {
        self.world = world
        screening = PresentedScreening(try world.options())
    }

    func seeds() throws -> [[UInt8]] {
        let chains = try CertificateSeeds(issuer: world.issuing).leaves().map { [$0, world.issuing.certificateDER] }
        return chains.flatMap { chain in
            let plain = vector(3, Array(chain.map { vector(3, $0) }.joined()))
            let modern = [0] + vector(3, Array(chain.map { vector(3, $0) + [0, 0] }.joined()))
            return [[0, 11] + vector(3, plain), [1, 11] + vector(3, modern)]
        }
    }

    /// Bytes behind their number.
    private func vector(_ size: Int, _ bytes: [UInt8]) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) } + bytes
    }

    func read(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let isTLS13 = first & 1 == 1
        let bytes = Array(input.dropFirst())
        let message = twice { CertificateMessage(bytes, isTLS13: isTLS13) }
        guard let message else { return }
        let sum = message.certificates.reduce(0) { $0 + $1.count + 3 }
        demand(sum <= bytes.count, "certificates are parts of the message")
        if !isTLS13 {
            let list = vector(3, Array(message.certificates.map { vector(3, $0) }.joined()))
            demand([11] + vector(3, list) == bytes, "a message of TLS 1.2 holds its certificates and nothing else")
        }
        let objection = twice { screening.objection(to: message.certificates).map { "\($0)" } }
        guard objection == nil else { return }
        for certificate in message.certificates { _ = try? Certificate(derEncoded: certificate) }
    }
}
