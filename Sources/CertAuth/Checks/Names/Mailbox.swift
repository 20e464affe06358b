// SPDX-License-Identifier: Apache-2.0

/// A mailbox of RFC 5321 §4.1.2. Local parts are compared exactly, hosts case-insensitively.
struct Mailbox: Sendable, Hashable {
    /// The host of a mailbox.
    enum Host: Sendable, Hashable {
        case name(DNSName)
        /// `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). An address is never inside a host of a name
        /// constraint.
        case address(IPAddress)
    }

    let localPart: String
    let host: Host

    /// Parses `local@host` or `local@[address]`.
    ///
    /// - Parameter isInternational: whether non-ASCII characters are permitted in the local part (SmtpUTF8Mailbox).
    init?(_ text: String, isInternational: Bool = false) {
        guard let at = text.lastIndex(of: "@") else { return nil }
        let local = String(text[..<at])
        guard Self.isLocalPart(local, isInternational: isInternational),
            let host = Host(text[text.index(after: at)...])
        else { return nil }
        localPart = Self.unquoted(local)
        self.host = host
    }

    /// Whether `text` certainly is an ASCII mailbox with a plain host. If false, only `init` can tell.
    ///
    /// This is a fast path without allocation for most mailboxes in certificates.
    static func isPlain(_ text: String) -> Bool {
        var isInAtom = false
        var position = text.utf8.startIndex
        while position < text.utf8.endIndex {
            let byte = text.utf8[position]
            text.utf8.formIndex(after: &position)
            switch byte {
            case _ where byte.isASCIIAlphanumeric || byte == 0x2D || byte == 0x5F: isInAtom = true
            case 0x2E where isInAtom: isInAtom = false
            case 0x40 where isInAtom:
                return text.utf8.distance(from: text.utf8.startIndex, to: position) <= 65
                    && DNSName.isPlain(text[position...])
            default: return false
            }
        }
        return false
    }

    private static func isLocalPart(_ text: String, isInternational: Bool) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 64 else { return false }
        if text.hasPrefix("\"") { return isQuoted(text) }
        let atoms = text.split(separator: ".", omittingEmptySubsequences: false)
        return atoms.allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy { isAtomByte($0) || (isInternational && $0 >= 0x80) }
        }
    }

    /// RFC 5321 atext.
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isQuoted(_ text: String) -> Bool {
        guard text.count >= 2, text.hasSuffix("\"") else { return false }
        var isEscaped = false
        for byte in text.dropFirst().dropLast().utf8 {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return false
            }
            guard (0x20..<0x7F).contains(byte) else { return false }
        }
        return !isEscaped
    }

    /// Removes unnecessary quotes: a quoted local part is the same mailbox as the unquoted one.
    private static func unquoted(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in text.dropFirst().dropLast().utf8 {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            plain.append(byte)
        }
        let atoms = plain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDotString = atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomByte) }
        let local = String(decoding: plain, as: UTF8.self)
        // Unnecessary quotes and escapes are removed, so that each mailbox has one spelling.
        return isDotString ? local : "\"\(local)\""
    }
}

extension Mailbox.Host {
    fileprivate init?(_ text: Substring) {
        guard text.hasPrefix("[") else {
            guard let name = DNSName(String(text)) else { return nil }
            self = .name(name)
            return
        }
        guard text.hasSuffix("]"), let address = Self.address(text.dropFirst().dropLast()) else { return nil }
        self = .address(address)
    }

    /// Parses an address literal. RFC 5321 §4.1.3 registers no tag but `IPv6`, so a literal with another tag is not
    /// deliverable.
    private static func address(_ text: Substring) -> IPAddress? {
        let tag = "IPv6:"
        guard text.prefix(tag.count).lowercased() == tag.lowercased() else {
            return text.utf8.contains(UInt8(ascii: ":")) ? nil : IPAddress(text)
        }
        let address = text.dropFirst(tag.count)
        return address.utf8.contains(UInt8(ascii: ":")) ? IPAddress(address) : nil
    }
}
