// SPDX-License-Identifier: Apache-2.0
// What a session ticket holds, once it has been opened.

import CertAuth
import CertAuthTesting

@testable import CertAuthTLS

struct TicketTarget: FuzzTarget {
    static let name = "ticket"
    static let words = DERWords.all + [[0, 0, 0, 1], [0, 0, 1, 0], [0xFF, 0xFF, 0xFF, 0xFF]]

    private let world: FuzzWorld
    private let authenticator: CertificateAuthenticator

    init(_ world: FuzzWorld) throws {
        self.world = world
        authenticator = try world.authenticator()
    }

    func seeds() throws -> [[UInt8]] {
        let chains = [world.alice.chain, [world.alice.certificateDER], [world.issuing.certificateDER]]
        return chains.compactMap { chain in
            TicketContents(
                policy: [UInt8](repeating: 7, count: 32),
                authenticatedAt: FuzzWorld.now.secondsSince1970,
                chain: chain
            )?.bytes
        }
    }

    func read(_ input: [UInt8]) {
        let contents = twice { TicketContents(bytes: input) }
        guard let contents else { return }
        demand(contents.bytes == input, "a ticket is written as it was read")
        demand(TicketContents(bytes: contents.bytes) == contents, "a ticket reads as it was written")
        guard let chain = contents.presentedChain else { return demand(false, "a ticket holds a chain") }
        twice { authenticator.validate(chain) }
    }
}
