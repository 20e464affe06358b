// SPDX-License-Identifier: Apache-2.0
// A certificate revocation list before it is signed, in which every field can be wrong.

public import CertAuth

/// All fields of a CRL.
public struct RevocationListTemplate: Sendable {
    /// One revoked certificate.
    public struct Entry: Sendable, Hashable {
        /// The contents octets of the serial number.
        package var serialNumber: [UInt8]
        /// When it was revoked.
        package var revocationDate: TimeTemplate
        /// The entry's extensions: reason, invalidity date, certificate issuer.
        package var extensions: [ExtensionTemplate]

        /// An entry; a reason becomes the reasonCode extension.
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

    /// The version number as written: 1 is v2; nil leaves it out, which means v1.
    package var version: Int? = 1
    /// The scheme of the signature; nil takes the usual one of the key that signs.
    public var signatureScheme: SignatureScheme?
    /// Signs in place of the issuer's key: a forged list.
    package var signingKey: TestKey?
    /// Replaces the AlgorithmIdentifier inside what is signed.
    package var innerAlgorithm: [UInt8]?
    /// Replaces the AlgorithmIdentifier beside the signature.
    package var outerAlgorithm: [UInt8]?
    /// The issuer's name.
    package var issuer: NameTemplate
    /// When the list was made.
    public var thisUpdate: TimeTemplate
    /// When the next one comes; nil leaves it out, which RFC 5280 forbids.
    public var nextUpdate: TimeTemplate?
    /// The revoked certificates.
    public var entries: [Entry] = []
    /// Writes an empty sequence where there are no entries, which RFC 5280 §5.1.2.6 forbids.
    package var writesEmptyEntries = false
    /// The list's extensions in the order in which they are written.
    package var extensions: [ExtensionTemplate] = []
    /// What becomes of the signature.
    public var signatureDefect = SignatureDefect.none
    /// Bytes behind the list.
    package var trailingBytes: [UInt8] = []
    /// Changes the part to be signed before it is signed, for defects that no field can express.
    package var rewriteSignedPart: (@Sendable ([UInt8]) -> [UInt8])?

    /// An empty list.
    package init(
        issuer: NameTemplate,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?
    ) {
        self.issuer = issuer
        self.thisUpdate = .automatic(thisUpdate)
        self.nextUpdate = nextUpdate.map(TimeTemplate.automatic)
    }

    /// The list's DER, signed with `key` unless `signingKey` is set.
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

    /// TBSCertList, RFC 5280 §5.1.
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
