// SPDX-License-Identifier: Apache-2.0
// One extension of a certificate, CRL or CRL entry.

public import CertAuth

/// An extension whose every part can be wrong.
public struct ExtensionTemplate: Sendable, Hashable {
    /// How the critical field is written.
    package enum Criticality: Sendable, Hashable {
        /// Left out, as DER demands for false.
        case omitted
        /// TRUE.
        case critical
        /// FALSE written out, which DER forbids.
        case explicitFalse
    }

    /// Which extension.
    package var identifier: OID
    /// Whether a reader that does not know it must refuse.
    package var criticality: Criticality
    /// What the OCTET STRING holds.
    package var value: [UInt8]
    /// Replaces the whole extension by these bytes.
    package var replacement: [UInt8]?

    /// An extension with any value.
    public init(_ identifier: OID, critical: Bool = false, value: [UInt8]) {
        self.identifier = identifier
        criticality = critical ? .critical : .omitted
        self.value = value
    }

    /// An extension by dotted identifier; text that is none gives an extension that no reader accepts.
    package static func custom(_ dotted: String, critical: Bool = false, value: [UInt8]) -> ExtensionTemplate {
        if let identifier = OID(dotted: dotted) {
            return ExtensionTemplate(identifier, critical: critical, value: value)
        }
        var broken = ExtensionTemplate(.commonName, critical: critical, value: value)
        broken.replacement = DER.sequence([DER.objectIdentifier(dotted: dotted), DER.octetString(value)])
        return broken
    }

    /// The DER encoding.
    package var encoded: [UInt8] {
        if let replacement { return replacement }
        let flag: [UInt8] =
            switch criticality {
            case .omitted: []
            case .critical: DER.boolean(true)
            case .explicitFalse: DER.boolean(false)
            }
        return DER.sequence([DER.objectIdentifier(identifier), flag, DER.octetString(value)])
    }
}

extension [ExtensionTemplate] {
    /// Puts `replacement` in the place of the first extension of its kind, or at the end.
    public mutating func replace(_ replacement: ExtensionTemplate) {
        guard let index = firstIndex(where: { $0.identifier == replacement.identifier }) else {
            append(replacement)
            return
        }
        self[index] = replacement
    }

    /// Takes out every extension of this kind.
    public mutating func remove(_ identifier: OID) { removeAll { $0.identifier == identifier } }
}
