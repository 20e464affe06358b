// SPDX-License-Identifier: Apache-2.0
// Files of certificates, lists and keys, in PEM or whatever it is.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

struct PEMTarget: FuzzTarget {
    static let name = "pem"
    static let words = [
        "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----BEGIN X509 CRL-----",
        "-----END X509 CRL-----",
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "-----BEGIN TRUSTED CERTIFICATE-----",
        "-----BEGIN EC PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,", "-----BEGIN ",
        "-----END ",
        "-----", "\r\n", "\r", "=", "==", "\u{FEFF}",
    ].map { Array($0.utf8) }

    private let world: FuzzWorld

    init(_ world: FuzzWorld) throws { self.world = world }

    func seeds() throws -> [[UInt8]] {
        let certificate = try world.alice.certificatePEM()
        let list = try world.issuing.revocationList()
        return try [
            certificate, world.alice.chainPEM(), list.pem(), world.alice.privateKeyPEM(),
            world.alice.privateKeyPEM(password: "password"), "explanation\n" + certificate + "\r\nmore\r\n",
            certificate.split(separator: "\n").joined(separator: "\r\n") + "\r\n",
            certificate.split(separator: "\n").joined(separator: "\r"),
        ].map { Array($0.utf8) } + [world.alice.certificateDER, list.derEncoded, world.alice.key.derEncoded()]
    }

    func read(_ input: [UInt8]) {
        let blocks = try? PEMDocument(input).blocks
        twice { outcome { try PEMDocument(input).blocks } }
        if let blocks {
            let text = blocks.map { PEMDocument.text(label: $0.label, $0.bytes) }.joined()
            let again = try? PEMDocument(text).blocks
            demand(again?.map(\.label) == blocks.map(\.label), "blocks are written with their labels")
            demand(again?.map(\.bytes) == blocks.map(\.bytes), "blocks are written with their bytes")
        }
        twice { outcome { try Certificate.load(input, source: "input").map(\.sha256Thumbprint) } }
        if let certificates = try? Certificate.load(input, source: "input") {
            let text = certificates.map(\.pem).joined()
            demand((try? Certificate.load(pem: text)) == certificates, "certificates are written as they were read")
        }
        let text = String(decoding: input, as: UTF8.self)
        twice { outcome { try PEMBlock.blocks(in: text) } }
        twice { outcome { try PrivateKey(pem: text, password: "password").pkcs8DER() } }
    }
}
