// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The media types that a request prefers.
///
/// - Source: RFC 9110 section 12.5.1.
struct AcceptedMediaTypes {
    /// Elements beyond this number, and bytes beyond the next, are ignored: a client decides about both.
    private static let elementLimit = 32
    private static let byteLimit = 1_024
    private let elements: [(type: String, weight: Int)]

    /// Reads the value of `Accept`. Elements that can't be read are ignored.
    init(_ value: String) {
        let read = String(decoding: value.utf8.prefix(Self.byteLimit), as: UTF8.self)
        elements = read.split(separator: ",", maxSplits: Self.elementLimit).prefix(Self.elementLimit)
            .compactMap(Self.element)
    }

    /// Whether the client asks for HTML by name, and prefers it to JSON. `*/*` alone asks for nothing in particular.
    var preferHTML: Bool {
        guard let html = weight(of: ["text/html"]), html > 0 else { return false }
        return html > weight(of: ["application/problem+json", "application/json"]) ?? 0
    }

    private func weight(of types: [String]) -> Int? {
        elements.filter { element in types.contains { element.type.lowercased() == $0 } }.map(\.weight).max()
    }

    /// A media range and its weight in thousandths.
    private static func element(_ text: Substring) -> (type: String, weight: Int)? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { String($0).trimmedOfBlanks }
        guard let type = parts.first, !type.isEmpty else { return nil }
        for part in parts.dropFirst() where part.prefix(2).lowercased() == "q=" {
            guard let weight = weight(part.dropFirst(2)) else { return nil }
            return (type, weight)
        }
        return (type, 1000)
    }

    /// `qvalue` of RFC 9110 section 12.4.2: 0 to 1 with at most three decimals.
    private static func weight(_ text: Substring) -> Int? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }
        let dots = text.utf8.count - digits.count
        guard (1...4).contains(digits.count), dots <= 1,
            text.utf8.count == 1 || text.utf8.dropFirst().first == UInt8(ascii: "."),
            digits.areASCIIDigits, var value = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        for _ in digits.count..<4 { value *= 10 }
        return value <= 1000 ? value : nil
    }
}
