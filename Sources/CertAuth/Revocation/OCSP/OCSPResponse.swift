// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Why bytes are not a usable OCSP response.
public enum OCSPResponseError: Error, Sendable, Hashable {
    /// The bytes violate DER or RFC 6960 §4.2.1: what and where.
    case malformed(String)
    /// The responder returned an error.
    case notSuccessful(OCSPResponseStatus)
    /// The response exceeds `OCSPResponse.sizeLimit` bytes, or has too many entries.
    case tooLarge
}

/// A BasicOCSPResponse (RFC 6960 §4.2.1). It is parsed, but not trusted: a signature is verified once for each key.
/// Copies share their storage.
public struct OCSPResponse: Sendable {
    /// The responder's identifier: who claims to have signed the response.
    package enum ResponderID: Sendable, Hashable {
        /// The subject of its certificate.
        case name(DistinguishedName)
        /// The SHA-1 digest of its public key, without algorithm.
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
    /// The nonce of the request that this answers; nil if there was no request, as with responses from a file.
    package let requestNonce: [UInt8]?

    /// The maximum size of a response in bytes. Real ones have 0.5 to 4 KB.
    package static let sizeLimit = 64 * 1024

    /// Parses exactly one DER OCSPResponse that was not requested, for instance from a file.
    public init(derEncoded: [UInt8]) throws(OCSPResponseError) {
        try self.init(derEncoded: derEncoded, answering: nil)
    }

    /// Parses exactly one DER OCSPResponse.
    ///
    /// - Parameter request: the request, if there was one. The response must repeat its nonce.
    package init(derEncoded: [UInt8], answering request: OCSPRequest?) throws(OCSPResponseError) {
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
    package var derEncoded: [UInt8] { storage.derEncoded }
    /// The responder's identifier: who claims to have signed the response.
    package var responderID: ResponderID { storage.fields.responderID }
    /// When the response was signed.
    package var producedAt: Timestamp { storage.fields.producedAt }
    /// The entries, one for each certificate.
    package var entries: [OCSPSingleResponse] { storage.fields.entries }
    /// The nonce that the response contains.
    package var nonce: [UInt8]? { storage.fields.nonce }
    /// SHA-256 of the DER.
    package var fingerprint: Thumbprint { storage.fingerprint }

    var objectionable: OID? { storage.fields.objectionable }
    /// The certificates in the response, as DER. They help to find the responder's certificate.
    var certificates: [[UInt8]] { storage.fields.certificates }
    /// Nil if CertAuth cannot verify such signatures.
    var signatureAlgorithm: SignatureAlgorithm? { storage.content.algorithm }

    /// Whether `signer`'s key verifies the signature. Whether it may sign is not checked.
    func isSigned(by signer: Certificate) -> Bool { storage.content.isSigned(by: signer) }

    /// The signed content, with what is known about its signers.
    var content: SignedContent { storage.content }
}

extension OCSPResponse.ResponderID: CustomStringConvertible {
    /// The name, or the digest of the key. Safe to print.
    package var description: String {
        switch self {
        case .name(let name): DisplayText.escaped(name.rfc4514)
        case .keyHash(let hash): "the key with SHA-1 \(Hexadecimal.text(hash))"
        }
    }
}

extension OCSPResponseError: CustomStringConvertible {
    /// One line: what is wrong.
    public var description: String {
        switch self {
        case .malformed(let reason): "malformed OCSP response: \(reason)"
        case .notSuccessful(let status): "the responder answered \(status)"
        case .tooLarge: "an OCSP response of more than \(OCSPResponse.sizeLimit) bytes or 1000 entries"
        }
    }

    /// The error as the cause of an unknown status.
    ///
    /// - Parameter contents: the bytes, which may be recognizable as another kind of object.
    package func cause(source: String, of contents: [UInt8]) -> RevocationStatus.Cause {
        guard case .malformed(let reason) = self else { return cause(source: source) }
        return .unreadable(contents, source: source, expected: .ocspResponse, reason: reason)
    }

    /// The error as the cause of an unknown status.
    package func cause(source: String) -> RevocationStatus.Cause {
        switch self {
        case .malformed(let reason): .malformed(source: source, reason: reason)
        case .notSuccessful(let status): .responderError(source: source, status)
        case .tooLarge: .tooLarge(source: source, limit: OCSPResponse.sizeLimit)
        }
    }
}
