// SPDX-License-Identifier: Apache-2.0

/// An otherName (RFC 5280 §4.2.1.6): a type and a DER value.
public struct OtherName: Sendable, Hashable {
    /// The form of the name.
    public let type: OID
    /// The value's DER, without the explicit [0] around it.
    public let derEncodedValue: [UInt8]
    /// The value as text; nil if it is not a valid string.
    public let text: String?

    init(_ value: DERValue) throws(DERError) {
        var fields = value.reader
        type = try fields.objectIdentifier()
        var wrapper = try fields.constructed(DERTag.contextConstructed(0))
        let inner = try wrapper.value()
        try wrapper.finish()
        try fields.finish()
        derEncodedValue = Array(inner.encoding)
        text = DirectoryString.text(inner)
        // RFC 9598 §3 and Microsoft's definition: both forms are a UTF8String.
        if type == .smtpUTF8Mailbox || type == .userPrincipalName {
            guard inner.tag == DERTag.utf8String, text != nil else {
                throw DERError(
                    .invalidValue("otherName \(type) is not a valid UTF8String"),
                    at: inner.encoding.startIndex
                )
            }
        }
    }

    /// Whether the name may identify the holder of a certificate.
    ///
    /// False for a SmtpUTF8Mailbox with an ASCII local part. RFC 9598 §3 requires an rfc822Name for such a mailbox, and
    /// it must not become a second identity.
    var mayIdentify: Bool {
        guard type == .smtpUTF8Mailbox, let text else { return true }
        let host = text.utf8.lastIndex(of: UInt8(ascii: "@")) ?? text.utf8.endIndex
        return text.utf8[..<host].contains { $0 >= 0x80 }
    }

    /// `upn`, `smtp-utf8`, or `other-name` for every other type.
    var kind: String {
        switch type {
        case .userPrincipalName: "upn"
        case .smtpUTF8Mailbox: "smtp-utf8"
        default: "other-name"
        }
    }

    /// The text of the two known forms. For other types, `1.2.3=text` or `1.2.3=#hex`. A text that begins with `#` or a
    /// backslash is preceded by a backslash.
    var value: String {
        if kind != "other-name", let text { return text }
        guard let text else { return "\(type)=#\(Hexadecimal.text(derEncodedValue))" }
        let isSpecial = text.unicodeScalars.first.map { $0 == "#" || $0 == "\\" } ?? false
        return "\(type)=\(isSpecial ? "\\" : "")\(text)"
    }
}
