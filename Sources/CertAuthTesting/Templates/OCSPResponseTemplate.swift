// SPDX-License-Identifier: Apache-2.0
// An OCSP response before it is signed, in which every field can be wrong.

public import CertAuth

/// All fields of an OCSP response (RFC 6960 §4.2).
public struct OCSPResponseTemplate: Sendable {
    /// What is said about one certificate.
    public struct Entry: Sendable, Hashable {
        /// CertStatus.
        public enum Status: Sendable, Hashable {
            /// Not revoked.
            case good
            /// Revoked, from when on and why.
            case revoked(at: Timestamp, reason: Int?)
            /// The responder does not know the certificate.
            case unknown
            /// Any encoding in the place of the status.
            case raw([UInt8])
        }

        /// The dotted identifier of the digest in the CertID.
        public var digestAlgorithm: String
        /// The digest of the issuer's name.
        public var issuerNameHash: [UInt8]
        /// The digest of the issuer's key.
        public var issuerKeyHash: [UInt8]
        /// The contents octets of the serial number.
        public var serialNumber: [UInt8]
        /// What is said.
        public var status: Status
        /// When it was true.
        public var thisUpdate: TimeTemplate
        /// Until when there is nothing newer; nil leaves it out.
        public var nextUpdate: TimeTemplate?
        /// singleExtensions.
        public var extensions: [ExtensionTemplate] = []

        fileprivate var encoded: [UInt8] {
            let algorithm = DER.sequence([DER.objectIdentifier(dotted: digestAlgorithm), DER.null])
            return DER.sequence([
                DER.sequence([
                    algorithm, DER.octetString(issuerNameHash), DER.octetString(issuerKeyHash),
                    DER.integer(contents: serialNumber),
                ]),
                encodedStatus,
                thisUpdate.encoded,
                nextUpdate.map { DER.constructed(0, [$0.encoded]) } ?? [],
                extensions.isEmpty ? [] : DER.constructed(1, [DER.sequence(extensions.map(\.encoded))]),
            ])
        }

        private var encodedStatus: [UInt8] {
            switch status {
            case .good: DER.context(0, [])
            case .unknown: DER.context(2, [])
            case .raw(let bytes): bytes
            case .revoked(let moment, let reason):
                DER.constructed(
                    1,
                    [
                        TimeTemplate.generalizedTime(moment).encoded,
                        reason.map { DER.constructed(0, [DER.enumerated($0)]) } ?? [],
                    ]
                )
            }
        }
    }

    /// How the response names who signed it.
    public enum ResponderID: Sendable, Hashable {
        /// By subject.
        case name(NameTemplate)
        /// By SHA-1 of the key.
        case keyHash([UInt8])
    }

    /// OCSPResponseStatus: 0 is successful; others leave the answer out.
    public var responseStatus = 0
    /// The dotted identifier of the response's type.
    public var responseType = "1.3.6.1.5.5.7.48.1.1"
    /// The version number as written; nil leaves it out, which means 1.
    public var version: Int?
    /// Who signed.
    public var responderID: ResponderID
    /// When.
    public var producedAt: TimeTemplate
    /// What about whom.
    public var entries: [Entry]
    /// responseExtensions.
    public var extensions: [ExtensionTemplate] = []
    /// The certificates that come along.
    public var certificates: [[UInt8]] = []
    /// The scheme of the signature; nil takes the usual one of the key that signs.
    public var signatureScheme: SignatureScheme?
    /// Signs in place of the responder's key: a forged response.
    public var signingKey: TestKey?
    /// What becomes of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes behind the response.
    public var trailingBytes: [UInt8] = []
    /// Changes the part to be signed before it is signed.
    public var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// The response's DER, signed with `key` unless `signingKey` is set.
    public func signed(by key: TestKey) throws -> [UInt8] {
        guard responseStatus == 0 else { return DER.sequence([DER.enumerated(responseStatus)]) + trailingBytes }
        let signer = signingKey ?? key
        let scheme = signatureScheme ?? .preferred(for: signer)
        let part = rewriteSignedPart?(toBeSigned) ?? toBeSigned
        let signature = signatureDefect.applied(to: try signer.signature(over: part, scheme: scheme))
        let basic = DER.sequence([
            part, scheme.identifier, DER.bitString(signature),
            certificates.isEmpty ? [] : DER.constructed(0, [DER.sequence(certificates)]),
        ])
        let bytes = DER.sequence([DER.objectIdentifier(dotted: responseType), DER.octetString(basic)])
        return DER.sequence([DER.enumerated(0), DER.constructed(0, [bytes])]) + trailingBytes
    }

    /// ResponseData.
    private var toBeSigned: [UInt8] {
        let responder =
            switch responderID {
            case .name(let name): DER.constructed(1, [name.encoded])
            case .keyHash(let hash): DER.constructed(2, [DER.octetString(hash)])
            }
        return DER.sequence([
            version.map { DER.constructed(0, [DER.integer($0)]) } ?? [],
            responder,
            producedAt.encoded,
            DER.sequence(entries.map(\.encoded)),
            extensions.isEmpty ? [] : DER.constructed(1, [DER.sequence(extensions.map(\.encoded))]),
        ])
    }
}

extension ExtensionTemplate {
    /// The nonce of OCSP (RFC 9654).
    public static func ocspNonce(_ nonce: [UInt8], critical: Bool = false) -> ExtensionTemplate {
        .custom("1.3.6.1.5.5.7.48.1.2", critical: critical, value: DER.octetString(nonce))
    }
}
