// SPDX-License-Identifier: Apache-2.0
// A commonName that older software takes for a host or an address.

/// The host or address that a commonName looks like. RFC 5280 does not constrain commonNames, many verifiers do.
struct LegacyHost {
    /// The name as constraints apply to it, with the kind of those constraints.
    let name: (kind: String, value: ConstrainedName)

    /// Nil for a text that no reader takes for a host: without a dot, or with spaces or punctuation inside.
    ///
    /// White space around the text and dots behind it don't count. A text that some readers take for a host and others not
    /// (a NUL, characters beyond ASCII, a wildcard inside) is a malformed host. An IPv4 address with leading zeros is
    /// malformed too: some readers take its parts for octal numbers.
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

    /// Four decimal numbers of at most 255, with or without leading zeros.
    private static func isDottedDecimal(_ text: Substring) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.areASCIIDigits
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0 || scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
    }

    /// The full stop, and what IDNA takes for one.
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
