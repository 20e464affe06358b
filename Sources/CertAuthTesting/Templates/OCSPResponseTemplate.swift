// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// All fields of an unsigned OCSP response (RFC 6960 section 4.2.1). Any field can be made invalid.
package struct OCSPResponseTemplate: Sendable {
    /// The responder's identifier.
    package enum Responder: Sendable, Hashable {
        /// By name.
        case name(NameTemplate)
        /// By the SHA-1 hash of the key.
        case keyHash([UInt8])

        fileprivate var encoded: [UInt8] {
            switch self {
            case .name(let name): DER.constructed(1, [name.encoded])
            case .keyHash(let hash): DER.constructed(2, [DER.octetString(hash)])
            }
        }
    }

    /// The responseStatus: 0 is successful; any other value is written without responseBytes.
    package var responseStatus = 0
    /// The dotted identifier of the responseType.
    package var responseType = "1.3.6.1.5.5.7.48.1.1"
    /// The version number; nil omits it, which means v1.
    package var version: Int?
    /// The responder's identifier.
    package var responder: Responder
    /// The time at which the response was signed.
    package var producedAt: TimeTemplate
    /// One response for each certificate.
    package var responses: [OCSPSingleResponseTemplate]
    /// The extensions of the response, such as the nonce.
    package var extensions: [ExtensionTemplate] = []
    /// The signature scheme; nil uses the usual scheme of the signing key.
    package var signatureScheme: SignatureScheme?
    /// A key that signs instead of the responder's key: a forged response.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier of the signature.
    package var outerAlgorithm: [UInt8]?
    /// The certificates in the response, a delegated responder's first.
    package var certificates: [[UInt8]] = []
    /// The defect of the signature.
    package var signatureDefect = SignatureDefect.none
    /// Bytes after the response.
    package var trailingBytes: [UInt8] = []

    /// Changes the signed part before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// Creates a successful response.
    package init(responder: Responder, producedAt: Timestamp, responses: [OCSPSingleResponseTemplate]) {
        self.responder = responder
        self.producedAt = .generalizedTime(producedAt)
        self.responses = responses
    }

    /// Returns the response's DER, signed with `key` unless `signingKey` is set.
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
