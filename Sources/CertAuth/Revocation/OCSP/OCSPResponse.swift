// SPDX-License-Identifier: Apache-2.0
// A responder's answer, read but not trusted.

internal import CertAuthOpenSSL

/// Why bytes are not an answer.
public enum OCSPResponseError: Error, Sendable, Hashable {
    /// The bytes break DER or RFC 6960 §4.2.1; what and where.
    case malformed(String)
    /// The responder gave an error in place of an answer.
    case notSuccessful(OCSPResponseStatus)
    /// More bytes than `OCSPResponse.sizeLimit`, or more entries than a response may have.
    case tooLarge
}

/// A BasicOCSPResponse (RFC 6960 §4.2.1). Copies share one storage; a signature is checked once for each key.
public struct OCSPResponse: Sendable {
    /// Who says that it signed.
    public enum ResponderID: Sendable, Hashable {
        /// The subject of its certificate.
        case name(DistinguishedName)
        /// SHA-1 of its key, without algorithm.
        case keyHash([UInt8])
    }

    private final class Storage: Sendable {
        let derEncoded: [UInt8]
        let fields: OCSPResponseFields
        let content: SignedContent
        let fingerprint: Thumbprint

        init(derEncoded: [UInt8], fields: OCSPResponseFields, digest: [UInt8]) {
            self.derEncoded = derEncoded
            self.fields = fields
            content = SignedContent(
                bytes: derEncoded,
                signed: fields.signed,
                algorithm: fields.algorithm,
                signature: fields.signature
            )
            fingerprint = Thumbprint(algorithm: .sha256, bytes: digest)
        }
    }

    private let storage: Storage
    /// The nonce of the request this answers; nil when it was not asked for, as with responses from a file.
    package let requestNonce: [UInt8]?

    /// The largest response read, in bytes: real ones have 0.5 to 4 KB.
    package static let sizeLimit = 64 * 1024

    /// Reads exactly one DER OCSPResponse.
    ///
    /// - Parameter request: what was asked, when it was; its nonce must come back.
    public init(derEncoded: [UInt8], answering request: OCSPRequest? = nil) throws(OCSPResponseError) {
        guard derEncoded.count <= Self.sizeLimit else { throw .tooLarge }
        let fields = try OCSPResponseFields(derEncoded: derEncoded)
        do throws(OpenSSLError) {
            let digest = try DigestAlgorithm.sha256.digest(derEncoded)
            storage = Storage(derEncoded: derEncoded, fields: fields, digest: digest)
        } catch {
            throw .malformed("\(error)")
        }
        requestNonce = request?.nonce
    }

    /// The response's DER.
    public var derEncoded: [UInt8] { storage.derEncoded }
    /// Who says that it signed.
    package var responderID: ResponderID { storage.fields.responderID }
    /// When it was signed.
    public var producedAt: Timestamp { storage.fields.producedAt }
    /// What it says, certificate by certificate.
    package var entries: [OCSPSingleResponse] { storage.fields.entries }
    /// The nonce it repeats.
    package var nonce: [UInt8]? { storage.fields.nonce }
    /// SHA-256 of the DER.
    package var fingerprint: Thumbprint { storage.fingerprint }

    var objectionable: OID? { storage.fields.objectionable }
    /// The certificates that came along, as DER: hints for finding the responder's.
    var certificates: [[UInt8]] { storage.fields.certificates }
    /// Nil when CertAuth can't check such signatures.
    var signatureAlgorithm: SignatureAlgorithm? { storage.content.algorithm }

    /// True when `signer`'s key verifies the signature; whether it may sign is not looked at.
    func isSigned(by signer: Certificate) -> Bool { storage.content.isSigned(by: signer) }

    /// The signature, and what is known of its signers.
    var content: SignedContent { storage.content }
}

extension OCSPResponse.ResponderID: CustomStringConvertible {
    /// The name, or the key's digest, safe to print.
    public var description: String {
        switch self {
        case .name(let name): DisplayText.escaped(name.rfc4514)
        case .keyHash(let hash): "the key with SHA-1 \(Hexadecimal.text(hash))"
        }
    }
}

extension OCSPResponseError: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .malformed(let reason): "malformed OCSP response: \(reason)"
        case .notSuccessful(let status): "the responder answered \(status)"
        case .tooLarge: "an OCSP response of more than \(OCSPResponse.sizeLimit) bytes or 1000 entries"
        }
    }

    /// The same as a cause of an unknown status.
    ///
    /// - Parameter contents: the bytes, which may show that they are something else.
    package func cause(source: String, of contents: [UInt8]) -> RevocationStatus.Cause {
        guard case .malformed(let reason) = self else { return cause(source: source) }
        return .unreadable(contents, source: source, expected: .ocspResponse, reason: reason)
    }

    /// The same as a cause of an unknown status.
    package func cause(source: String) -> RevocationStatus.Cause {
        switch self {
        case .malformed(let reason): .malformed(source: source, reason: reason)
        case .notSuccessful(let status): .responderError(source: source, status)
        case .tooLarge: .tooLarge(source: source, limit: OCSPResponse.sizeLimit)
        }
    }
}
