// SPDX-License-Identifier: Apache-2.0

/// The scheme and authority of an absolute URI (RFC 3986 §3), as far as name constraints need them.
struct UniformResource: Sendable, Hashable {
    /// The part between `//` and the path, without userinfo and port.
    enum Host: Sendable, Hashable {
        /// The URI has no authority, for example `urn:` and `mailto:`.
        case absent
        case name(DNSName)
        /// An IPv4 or IPv6 address, or a text that other software parses as one.
        case address
        /// Anything else.
        case invalid
    }

    let host: Host
    /// Whether all characters are allowed in a URI (RFC 3986 §2) and each percent sign begins an encoded byte.
    let hasKnownCharacters: Bool

    /// Nil for a relative reference, for characters that no URI contains, and for a port that is not a number.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0.isVisibleASCII }), let colon = text.firstIndex(of: ":"),
            Self.isScheme(text[..<colon])
        else { return nil }
        hasKnownCharacters = Self.hasKnownCharacters(text[...])
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else {
            host = .absent
            return
        }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        let hostPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let split = Self.split(hostPort) else { return nil }
        // Some software ends the host at a backslash, some does not. An invalid host is safer than either reading.
        host = Self.hasKnownCharacters(authority) ? Self.host(split) : .invalid
    }

    private static func hasKnownCharacters(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.allSatisfy { index in
            switch bytes[index] {
            case UInt8(ascii: "%"):
                let digits = bytes[(index + 1)...].prefix(2)
                return digits.count == 2 && digits.allSatisfy { $0.isHexadecimalDigit }
            case let byte: return byte.isASCIIAlphanumeric || "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte)
            }
        }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter else { return false }
        return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "+-.".utf8.contains($0) }
    }

    /// The host without its port; nil if the port is not a number.
    private static func split(_ text: Substring) -> Substring? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let behind = text[text.index(after: end)...]
            guard behind.isEmpty || isPort(behind) else { return nil }
            return text[...end]
        }
        guard let colon = text.firstIndex(of: ":") else { return text }
        guard isPort(text[colon...]) else { return nil }
        return text[..<colon]
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.hasPrefix(":"), text.dropFirst().utf8.areASCIIDigits else {
            return false
        }
        return text.utf8.count == 1 || UInt16(text.dropFirst()) != nil
    }

    private static func host(_ text: Substring) -> Host {
        if text.isEmpty { return .absent }
        if text.hasPrefix("[") { return .address }
        guard let name = DNSName(String(text)) else { return .invalid }
        return name.endsInNumber ? .address : .name(name)
    }
}
