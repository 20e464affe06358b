// SPDX-License-Identifier: Apache-2.0
// Extensions that restrict the use of a certificate.

public import CertAuth

extension ExtensionTemplate {
    /// basicConstraints.
    ///
    /// - Parameter pathLength: written even if `isAuthority` is false, which RFC 5280 forbids.
    public static func basicConstraints(
        isAuthority: Bool,
        pathLength: Int? = nil,
        critical: Bool = true
    ) -> ExtensionTemplate {
        let flag = isAuthority ? DER.boolean(true) : []
        let length = pathLength.map(DER.integer(_:)) ?? []
        return ExtensionTemplate(.basicConstraints, critical: critical, value: DER.sequence([flag, length]))
    }

    /// keyUsage.
    public static func keyUsage(_ usages: Set<KeyUsageBit>, critical: Bool = true) -> ExtensionTemplate {
        let bits = Set(usages.map(\.rawValue))
        return ExtensionTemplate(.keyUsage, critical: critical, value: DER.namedBits(bits))
    }

    /// extKeyUsage.
    public static func extendedKeyUsage(_ purposes: [OID], critical: Bool = false) -> ExtensionTemplate {
        let value = DER.sequence(purposes.map(DER.objectIdentifier(_:)))
        return ExtensionTemplate(.extKeyUsage, critical: critical, value: value)
    }

    /// nameConstraints; an empty list is omitted.
    public static func nameConstraints(
        permitted: [GeneralNameTemplate] = [],
        excluded: [GeneralNameTemplate] = [],
        critical: Bool = true
    ) -> ExtensionTemplate {
        let permitted = permitted.isEmpty ? [] : DER.constructed(0, permitted.map { DER.sequence([$0.encoded]) })
        let excluded = excluded.isEmpty ? [] : DER.constructed(1, excluded.map { DER.sequence([$0.encoded]) })
        return ExtensionTemplate(.nameConstraints, critical: critical, value: DER.sequence([permitted, excluded]))
    }
}

/// The bits of keyUsage, by their numbers in RFC 5280 section 4.2.1.3.
public enum KeyUsageBit: Int, Sendable, Hashable, CaseIterable {
    /// Bit 0.
    case digitalSignature = 0
    /// Bit 1.
    case contentCommitment = 1
    /// Bit 2.
    case keyEncipherment = 2
    /// Bit 3.
    case dataEncipherment = 3
    /// Bit 4.
    case keyAgreement = 4
    /// Bit 5.
    case keyCertSign = 5
    /// Bit 6.
    case cRLSign = 6
    /// Bit 7.
    case encipherOnly = 7
    /// Bit 8.
    case decipherOnly = 8
}
