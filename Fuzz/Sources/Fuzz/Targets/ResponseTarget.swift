// SPDX-License-Identifier: Apache-2.0
// An OCSP response: read, and asked about a client under a signature of the client's issuer.

import CertAuth
import CertAuthTesting

struct ResponseTarget: FuzzTarget {
    static let name = "ocsp"
    static let words = DERWords.all

    private let world: FuzzWorld
    private let path: CandidatePath
    private let context: ValidationContext

    init(_ world: FuzzWorld) throws {
        self.world = world
        path = try world.path()
        let options = try world.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
        }
        context = ValidationContext(options: options, now: FuzzWorld.now)
    }

    func seeds() throws -> [[UInt8]] {
        let issuing = world.issuing
        let responder = try issuing.issue("Responder", .ocspResponder, key: FuzzWorld.key("responder"))
        let statuses: [TestCertificateStatus] = [.good, .unknown, .revoked(at: FuzzWorld.now, reason: 1)]
        let changes: [(inout OCSPResponseTemplate) -> Void] = [
            { $0.responder = .name(issuing.subject) },
            { $0.version = 0 },
            { $0.responseStatus = 3 },
            { $0.extensions.append(.custom("1.3.6.1.5.5.7.48.1.2", value: DER.octetString([1, 2, 3]))) },
            { $0.responses.append($0.responses[0]) },
            { $0.responses = [] },
            { $0.certificates = [issuing.certificateDER, responder.certificateDER] },
        ]
        return try statuses.map { try issuing.ocspResponse(for: world.alice, $0) }
            + changes.map { change in try issuing.ocspResponse(for: world.alice) { change(&$0) } }
            + [
                issuing.ocspResponse(for: world.alice, responder: responder),
                issuing.ocspResponse(for: world.alice, digest: .sha256),
            ]
    }

    func read(_ input: [UInt8]) {
        twice { outcome { try OCSPResponse(derEncoded: input).entries } }
        for response in [input, signed(input)].compactMap({ $0 }) {
            let word = twice { outcome { try status(by: response) } }
            guard word.hasPrefix("good"),
                let read = try? OCSPResponse(derEncoded: response)
            else { continue }
            demand(read.derEncoded == response, "the bytes of a response are those that were read")
            demand(!read.entries.isEmpty, "a response without entries says nothing good")
        }
    }

    private func status(by response: [UInt8]) throws -> String {
        let evidence = RevocationEvidence(revocationLists: [], ocspResponses: [try OCSPResponse(derEncoded: response)])
        return RevocationCheck(evidence: evidence).statuses(of: path, in: context).first?.word ?? "none"
    }

    /// The response with its data under the issuer's signature; certificates that came along stay.
    private func signed(_ input: [UInt8]) -> [UInt8]? {
        do {
            var reader = DERReader(input)
            var outer = try reader.constructed()
            let status = try outer.value()
            var explicit = try outer.constructed(0xA0)
            var body = try explicit.constructed()
            let type = try body.value()
            var content = DERReader(try body.value(0x04).contents)
            var basic = try content.constructed()
            let data = Array(try basic.value(0x30).encoding)
            _ = try basic.value()
            _ = try basic.value()
            let rest = basic.isAtEnd ? [] : Array(try basic.value().encoding)
            let signature = try world.issuing.key.signature(over: data, scheme: .ed25519)
            let signed = DER.sequence([data, SignatureScheme.ed25519.identifier, DER.bitString(signature), rest])
            return DER.sequence([
                Array(status.encoding),
                DER.constructed(0, [DER.sequence([Array(type.encoding), DER.octetString(signed)])]),
            ])
        } catch {
            return nil
        }
    }
}
