// SPDX-License-Identifier: Apache-2.0
// A client's certificate: read, written again, and judged, as it came and under a signature of its issuer.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

struct CertificateTarget: FuzzTarget {
    static let name = "certificate"
    static let words = DERWords.all

    private let world: FuzzWorld
    private let authenticator: CertificateAuthenticator

    init(_ world: FuzzWorld) throws {
        self.world = world
        authenticator = try world.authenticator { $0.profile = .strict }
    }

    func seeds() throws -> [[UInt8]] { try CertificateSeeds(issuer: world.issuing).leaves() }

    func read(_ input: [UInt8]) {
        twice { outcome { try Certificate(derEncoded: input).subject } }
        if let certificate = try? Certificate(derEncoded: input) { Self.check(certificate, input) }
        judge(input)
        if let signed = FuzzWorld.signed(input, by: world.issuing.key) { judge(signed) }
    }

    private func judge(_ leaf: [UInt8]) {
        let chain = PresentedChain(derEncoded: [leaf, world.issuing.certificateDER], source: .tls)
        guard let chain else { return }
        let verdict = twice { authenticator.validate(chain) }
        guard case .accepted = verdict else { return }
        let isSigned = try? X509Certificate(der: leaf).isSigned(by: X509Certificate(der: world.issuing.certificateDER))
        demand(isSigned == true, "who comes in has a signature that OpenSSL verifies by itself")
        // Only of what is accepted: the parameters of an unknown algorithm can be written in another form.
        let written = try? X509Certificate(der: leaf).encodedDER()
        demand(written == leaf, "OpenSSL writes an accepted certificate as it was read")
    }

    /// What was read is the same when it is written and read again.
    static func check(_ certificate: Certificate, _ input: [UInt8]) {
        demand(certificate.derEncoded == input, "the bytes of a certificate are those that were read")
        demand((try? Certificate.load(pem: certificate.pem)) == [certificate], "PEM holds the same certificate")
        for name in [certificate.subject, certificate.issuer] {
            // A SET OF is written in the order of DER, whatever order it was read in.
            guard let again = try? DistinguishedName(rfc4514: name.rfc4514) else { continue }
            demand(again.matches(name), "a name matches the one that its text gives: \(name.rfc4514)")
            let text = again.rfc4514
            demand((try? DistinguishedName(rfc4514: text)) == again, "a written name is read as it was: \(text)")
        }
        for entry in certificate.extensions {
            demand(OID(dotted: "\(entry.identifier)") == entry.identifier, "an identifier reads like its text")
        }
        _ = twice { "\(certificate.subjectAlternativeNames) \(String(describing: certificate.nameConstraints))" }
    }
}
