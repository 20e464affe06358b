// SPDX-License-Identifier: Apache-2.0

/// The host or address that a commonName looks like. The name constraints of RFC
/// 5280 do not apply to commonNames, but many verifiers apply them.
struct CommonNameHost {
    /// The kind of the name constraints that apply, and the name in the form that they are compared with.
    let name: (kind: String, value: ConstrainedName)

    /// Nil for a text that no software interprets as a host: without a dot, or with spaces or punctuation inside.
    ///
    /// White space around the text and trailing dots are ignored. A text that only some software interprets as a host
    /// (with a NUL, non-ASCII characters or an inner wildcard) is a malformed host. An IPv4 address with leading zeros
    /// is malformed too, because some software parses its parts as octal numbers.
    init?(_ commonName: String) {
        let text = Self.trimmed(commonName)
        let address = Self.withoutBrackets(text)
        if let address = IPAddress(address) {
            name = ("ip", .address(address.bytes))
            return
        }
        if Self.isDottedDecimal(address) {
            name = ("ip", .malformed(.ipAddress([])))
            return
        }
        guard text.unicodeScalars.contains(where: Self.isDot) else { return nil }
        if let host = DNSName(text, allowsWildcard: true) {
            name = ("dns", .dns(host))
            return
        }
        let scalars = text.unicodeScalars
        let isAmbiguous = scalars.contains { $0.value >= 0x80 || $0.value == 0 || $0 == "*" }
        guard isAmbiguous, scalars.allSatisfy(Self.mayBeInHost) else { return nil }
        name = ("dns", .malformed(.dns(text)))
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) || isDot(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static func withoutBrackets(_ text: String) -> Substring {
        text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
    }

    /// Whether the text is four decimal numbers of at most 255, with or without leading zeros.
    private static func isDottedDecimal(_ text: Substring) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.areASCIIDigits && UInt8(Substring(part)) != nil
            }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0 || scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
    }

    /// Whether the scalar is a full stop or an equivalent of it in IDNA.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        [0x2E, 0x3002, 0xFF0E, 0xFF61].contains(scalar.value)
    }

    private static func mayBeInHost(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "*", "\0": true
        default: scalar.value >= 0x80 && !scalar.properties.isWhitespace
        }
    }
}
