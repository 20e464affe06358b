// SPDX-License-Identifier: Apache-2.0
// PKCS #12 files.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

struct PKCS12Target: FuzzTarget {
    static let name = "pkcs12"
    static let words = DERWords.all

    private let world: FuzzWorld

    init(_ world: FuzzWorld) throws { self.world = world }

    func seeds() throws -> [[UInt8]] {
        try [
            world.alice.pkcs12(password: "password"), world.alice.pkcs12(password: "password", legacy: true),
            world.alice.pkcs12(password: "password", friendlyName: "alice"), world.alice.pkcs12(password: ""),
        ]
    }

    func read(_ input: [UInt8]) {
        twice {
            outcome {
                let file = try PKCS12File.decode(input, password: "password")
                let certificates = (file.certificate.map { [$0] } ?? []) + file.authorities
                return try certificates.map { try $0.encodedDER() } + [file.key?.pkcs8DER() ?? []]
            }
        }
        twice { outcome { try Certificate.load(input, source: "input").map(\.sha256Thumbprint) } }
    }
}
