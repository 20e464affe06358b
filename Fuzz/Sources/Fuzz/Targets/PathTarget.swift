// SPDX-License-Identifier: Apache-2.0
// The certificate of an authority between the client's and the root, under a signature of the root.

import CertAuth
import CertAuthTesting

struct PathTarget: FuzzTarget {
    static let name = "path"
    static let words = DERWords.all

    private let world: FuzzWorld
    private let authenticators: [CertificateAuthenticator]

    init(_ world: FuzzWorld) throws {
        self.world = world
        authenticators = [
            try world.authenticator(),
            try world.authenticator {
                $0.profile = .strict
                $0.certificatePolicies.required = Set([OID(dotted: "1.2.3.4")].compactMap { $0 })
            },
        ]
    }

    func seeds() throws -> [[UInt8]] {
        try CertificateSeeds(issuer: world.root).authorities(FuzzWorld.middleName, key: world.middleKey)
    }

    func read(_ input: [UInt8]) {
        guard let signed = FuzzWorld.signed(input, by: world.root.key),
            let chain = PresentedChain(derEncoded: [world.belowMiddle.certificateDER, signed], source: .tls)
        else { return }
        for authenticator in authenticators { twice { authenticator.validate(chain) } }
        // As an anchor it judges in the same way, or refuses.
        guard let anchor = try? Certificate(derEncoded: signed), let trust = try? TrustStore(certificates: [anchor]),
            let options = try? world.options({ $0.trust = .custom(trust) }),
            let strict = try? CertificateAuthenticator(options: options),
            let alone = PresentedChain(derEncoded: [world.belowMiddle.certificateDER], source: .tls)
        else { return }
        twice { strict.validate(alone) }
    }
}
