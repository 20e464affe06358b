// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// All fields of an unsigned CRL. Any field can be made invalid.
public struct RevocationListTemplate: Sendable {
    /// One revoked certificate.
    public struct Entry: Sendable, Hashable {
        /// The contents octets of the serial number.
        public var serialNumber: [UInt8]
        /// The revocation time.
        public var revocationDate: TimeTemplate
        /// The extensions of the entry: reason, invalidity date, certificate issuer.
        public var extensions: [ExtensionTemplate]

        /// Creates an entry; a reason is written as the reasonCode extension.
        public init(serialNumber: [UInt8], revocationDate: Timestamp, reason: Int? = nil) {
            self.serialNumber = serialNumber
            self.revocationDate = .automatic(revocationDate)
            extensions = reason.map { [.reasonCode($0)] } ?? []
        }

        fileprivate var encoded: [UInt8] {
            let extensions = extensions.isEmpty ? [] : DER.sequence(extensions.map(\.encoded))
            return DER.sequence([DER.integer(contents: serialNumber), revocationDate.encoded, extensions])
        }
    }

    /// The encoded version number: 1 is v2; nil omits it, which means v1.
    package var version: Int? = 1
    /// The signature scheme; nil uses the usual scheme of the signing key.
    package var signatureScheme: SignatureScheme?
    /// A key that signs instead of the issuer's key: a forged CRL.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier in the signed part.
    package var innerAlgorithm: [UInt8]?
    /// Replaces the AlgorithmIdentifier outside the signed part.
    package var outerAlgorithm: [UInt8]?
    /// The issuer's name.
    package var issuer: NameTemplate
    /// The issue date of the CRL.
    public var thisUpdate: TimeTemplate
    /// The date by which the next CRL is issued; nil omits it, which RFC 5280 forbids.
    public var nextUpdate: TimeTemplate?
    /// The revoked certificates.
    public var entries: [Entry] = []
    /// Writes an empty sequence if there are no entries, which RFC 5280 section 5.1.2.6 forbids.
    package var writesEmptyEntries = false
    /// The extensions of the CRL, in encoding order.
    public var extensions: [ExtensionTemplate] = []
    /// The defect of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes after the CRL.
    package var trailingBytes: [UInt8] = []
    /// Changes the signed part before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// Creates a CRL without entries.
    package init(
        issuer: NameTemplate,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?
    ) {
        self.issuer = issuer
        self.thisUpdate = .automatic(thisUpdate)
        self.nextUpdate = nextUpdate.map(TimeTemplate.automatic)
    }

    /// Returns the CRL's DER, signed with `key` unless `signingKey` is set.
    package func signed(by key: TestKey) throws -> [UInt8] {
        let signer = signingKey ?? key
        let scheme = signatureScheme ?? .preferred(for: signer)
        let part = toBeSigned(innerAlgorithm ?? scheme.identifier)
        let envelope = SignedEnvelope(
            scheme: scheme,
            outerAlgorithm: outerAlgorithm,
            defect: signatureDefect,
            trailingBytes: trailingBytes
        )
        return try envelope.sealed(rewriteSignedPart?(part) ?? part, with: signer)
    }

    /// TBSCertList, RFC 5280 section 5.1.
    private func toBeSigned(_ algorithm: [UInt8]) -> [UInt8] {
        DER.sequence([
            version.map(DER.integer(_:)) ?? [],
            algorithm,
            issuer.encoded,
            thisUpdate.encoded,
            nextUpdate?.encoded ?? [],
            entries.isEmpty && !writesEmptyEntries ? [] : DER.sequence(entries.map(\.encoded)),
            extensions.isEmpty ? [] : DER.constructed(0, [DER.sequence(extensions.map(\.encoded))]),
        ])
    }
}
