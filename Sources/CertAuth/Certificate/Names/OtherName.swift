// SPDX-License-Identifier: Apache-2.0
// Names whose form an object identifier defines.

/// An otherName (RFC 5280 §4.2.1.6): a type and a DER value.
public struct OtherName: Sendable, Hashable {
    /// Which form of name.
    public let type: OID
    /// The value's DER, without the explicit [0] around it.
    public let derEncodedValue: [UInt8]
    /// The value as text when it is a valid string, nil otherwise.
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
        // RFC 9598 §3 and Microsoft's definition: both forms are UTF8String.
        if type == .smtpUTF8Mailbox || type == .userPrincipalName {
            guard inner.tag == DERTag.utf8String, text != nil else {
                throw DERError(
                    .invalidValue("otherName \(type) is not a valid UTF8String"),
                    at: inner.encoding.startIndex
                )
            }
        }
    }

    /// Whether the name may tell who holds a certificate.
    ///
    /// False for a SmtpUTF8Mailbox with a local part of ASCII alone: such a mailbox has one spelling, an rfc822Name (RFC 9598
    /// §3), and must not be another identity beside it.
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

    /// The text of the two known forms; else type and value, `1.2.3=text` or `1.2.3=#hex`. A text that begins with `#` or
    /// a backslash has a backslash before it.
    var value: String {
        if kind != "other-name", let text { return text }
        guard let text else { return "\(type)=#\(Hexadecimal.text(derEncodedValue))" }
        let isSpecial = text.unicodeScalars.first.map { $0 == "#" || $0 == "\\" } ?? false
        return "\(type)=\(isSpecial ? "\\" : "")\(text)"
    }
}
