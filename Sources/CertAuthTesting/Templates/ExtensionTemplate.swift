// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// One extension of a certificate, CRL or CRL entry. Any part can be made invalid.
public struct ExtensionTemplate: Sendable, Hashable {
    /// How the critical field is written.
    package enum Criticality: Sendable, Hashable {
        /// Omitted, as DER requires for FALSE.
        case omitted
        /// TRUE.
        case critical
        /// An encoded FALSE, which DER forbids.
        case explicitFalse
    }

    /// The extension's type.
    package var identifier: OID
    /// Whether a reader that does not recognize the extension must refuse.
    package var criticality: Criticality
    /// The contents of the OCTET STRING.
    package var value: [UInt8]
    /// Replaces the whole extension by this encoding.
    package var replacement: [UInt8]?

    /// Creates an extension with any value.
    package init(_ identifier: OID, critical: Bool = false, value: [UInt8]) {
        self.identifier = identifier
        criticality = critical ? .critical : .omitted
        self.value = value
    }

    /// Creates an extension from a dotted identifier. Invalid text gives an extension that no reader accepts.
    public static func custom(_ dotted: String, critical: Bool = false, value: [UInt8]) -> ExtensionTemplate {
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
    /// Replaces the first extension of the same type, or appends `replacement`.
    public mutating func replace(_ replacement: ExtensionTemplate) {
        guard let index = firstIndex(where: { $0.identifier == replacement.identifier }) else {
            append(replacement)
            return
        }
        self[index] = replacement
    }

    /// Removes all extensions of this type.
    public mutating func remove(_ identifier: OID) { removeAll { $0.identifier == identifier } }
}
