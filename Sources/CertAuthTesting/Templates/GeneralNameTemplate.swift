// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// One GeneralName of any kind (RFC 5280 section 4.2.1.6), valid or not.
public enum GeneralNameTemplate: Sendable, Hashable {
    /// otherName with any type and any DER value.
    case otherName(OID, value: [UInt8])
    /// rfc822Name.
    case email(String)
    /// dNSName.
    case dns(String)
    /// directoryName.
    case directory(NameTemplate)
    /// uniformResourceIdentifier.
    case uri(String)
    /// iPAddress: 4 or 16 octets, in name constraints 8 or 32 (address and mask). Any other number of octets is
    /// invalid.
    case address([UInt8])
    /// registeredID.
    case registeredID(OID)
    /// Any encoding: x400Address, ediPartyName, or an invalid one.
    case raw([UInt8])

    /// A user principal name, as Windows encodes it.
    public static func userPrincipalName(_ name: String) -> GeneralNameTemplate {
        .otherName(.userPrincipalName, value: DER.utf8String(name))
    }

    /// A non-ASCII mailbox (RFC 9598).
    public static func smtpUTF8Mailbox(_ mailbox: String) -> GeneralNameTemplate {
        .otherName(.smtpUTF8Mailbox, value: DER.utf8String(mailbox))
    }

    /// An iPAddress from its text; without octets if the text is not an address.
    public static func ip(_ text: String) -> GeneralNameTemplate { .address(octets(of: text)) }

    /// An address range for name constraints.
    public static func ipRange(_ address: String, mask: String) -> GeneralNameTemplate {
        .address(octets(of: address) + octets(of: mask))
    }

    /// The DER encoding.
    package var encoded: [UInt8] {
        switch self {
        case .otherName(let type, let value):
            DER.constructed(0, [DER.objectIdentifier(type), DER.constructed(0, [value])])
        case .email(let text): DER.context(1, Array(text.utf8))
        case .dns(let text): DER.context(2, Array(text.utf8))
        case .directory(let name): DER.constructed(4, [name.encoded])
        case .uri(let text): DER.context(6, Array(text.utf8))
        case .address(let octets): DER.context(7, octets)
        case .registeredID(let identifier): DER.context(8, identifier.contents)
        case .raw(let bytes): bytes
        }
    }

    private static func octets(of text: String) -> [UInt8] { IPAddress.bytes(of: text) ?? [] }
}
