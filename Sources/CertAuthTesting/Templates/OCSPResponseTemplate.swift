// SPDX-License-Identifier: Apache-2.0
// An OCSP response before it is signed, in which every field can be wrong.

package import CertAuth

/// All fields of an OCSP response (RFC 6960 §4.2.1).
public struct OCSPResponseTemplate: Sendable {
    /// Who says that he made the response.
    package enum Responder: Sendable, Hashable {
        /// By name.
        case name(NameTemplate)
        /// By the SHA-1 of the key.
        case keyHash([UInt8])

        fileprivate var encoded: [UInt8] {
            switch self {
            case .name(let name): DER.constructed(1, [name.encoded])
            case .keyHash(let hash): DER.constructed(2, [DER.octetString(hash)])
            }
        }
    }

    /// The status of the response as a whole: 0 is successful; any other is written without a body.
    package var responseStatus = 0
    /// The dotted identifier of the body's type.
    package var responseType = "1.3.6.1.5.5.7.48.1.1"
    /// The version number; nil leaves it out, which means v1.
    package var version: Int?
    /// Who says that he made the response.
    package var responder: Responder
    /// When it was made.
    public var producedAt: TimeTemplate
    /// One answer for each certificate.
    public var responses: [OCSPSingleResponseTemplate]
    /// Extensions of the response: the nonce.
    package var extensions: [ExtensionTemplate] = []
    /// The scheme of the signature; nil takes the usual one of the key that signs.
    public var signatureScheme: SignatureScheme?
    /// Signs in place of the responder's key: a forged response.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier beside the signature.
    package var outerAlgorithm: [UInt8]?
    /// Certificates sent along, a delegated responder's first.
    package var certificates: [[UInt8]] = []
    /// What becomes of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes behind the response.
    package var trailingBytes: [UInt8] = []

    /// Changes the part to be signed before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// A successful response.
    package init(responder: Responder, producedAt: Timestamp, responses: [OCSPSingleResponseTemplate]) {
        self.responder = responder
        self.producedAt = .generalizedTime(producedAt)
        self.responses = responses
    }

    /// The response's DER, signed with `key` unless `signingKey` is set.
    package func signed(by key: TestKey) throws -> [UInt8] {
        guard responseStatus == 0 else { return DER.sequence([DER.enumerated(responseStatus)]) + trailingBytes }
        let body = DER.sequence([
            DER.objectIdentifier(dotted: responseType), DER.octetString(try basicResponse(key)),
        ])
        return DER.sequence([DER.enumerated(0), DER.constructed(0, [body])]) + trailingBytes
    }

    private func basicResponse(_ key: TestKey) throws -> [UInt8] {
        let signer = signingKey ?? key
        let scheme = signatureScheme ?? .preferred(for: signer)
        let part = rewriteSignedPart?(responseData) ?? responseData
        let signature = signatureDefect.applied(to: try signer.signature(over: part, scheme: scheme))
        return DER.sequence([
            part,
            outerAlgorithm ?? scheme.identifier,
            DER.bitString(signature),
            certificates.isEmpty ? [] : DER.constructed(0, [DER.sequence(certificates)]),
        ])
    }

    private var responseData: [UInt8] {
        DER.sequence([
            version.map { DER.constructed(0, [DER.integer($0)]) } ?? [],
            responder.encoded,
            producedAt.encoded,
            DER.sequence(responses.map(\.encoded)),
            extensions.isEmpty ? [] : DER.constructed(1, [DER.sequence(extensions.map(\.encoded))]),
        ])
    }
}
