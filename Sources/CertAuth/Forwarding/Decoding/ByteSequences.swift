// SPDX-License-Identifier: Apache-2.0

internal import RawStructuredFieldValues

/// Certificates as byte sequences of a structured field (RFC 9440, RFC 9651).
enum ByteSequences {
    /// The maximum number of members, parameters and spaces in a value that is not in the usual form, because the
    /// parser stores each of them.
    private static let mostSeparators = 64

    /// Parses exactly one byte sequence (RFC 9440 §2.2). Parameters, which have no meaning there, are refused.
    static func item(_ value: [UInt8]) throws(DecodingFault) -> [UInt8] {
        if let plain = plain(value), plain.count == 1 { return plain[0] }
        try checkSeparators(value)
        var parser = StructuredFieldValueParser(value)
        do {
            return try bytes(of: try parser.parseItemFieldValue(), number: 0, in: value)
        } catch let fault as DecodingFault {
            throw fault
        } catch {
            throw DecodingFault("expected one byte sequence between colons: \(error)", at: firstForeign(value))
        }
    }

    /// Parses a comma-separated list of byte sequences (RFC 9440 §2.3).
    static func list(_ value: [UInt8]) throws(DecodingFault) -> [[UInt8]] {
        if let plain = plain(value) { return plain }
        try checkSeparators(value)
        var parser = StructuredFieldValueParser(value)
        var found: [[UInt8]] = []
        do {
            for member in try parser.parseListFieldValue() {
                guard case .item(let item) = member else {
                    let text = "member \(found.count) is an inner list, expected a byte sequence"
                    throw DecodingFault(text, at: firstForeign(value))
                }
                found.append(try bytes(of: item, number: found.count, in: value))
            }
        } catch let fault as DecodingFault {
            throw fault
        } catch {
            throw DecodingFault("expected a list of byte sequences between colons: \(error)", at: firstForeign(value))
        }
        return found
    }

    private static func checkSeparators(_ value: [UInt8]) throws(DecodingFault) {
        let separators = Array(",;( \t".utf8)
        guard value.count(where: separators.contains) <= mostSeparators else {
            let text = "expected byte sequences between colons, found more than \(mostSeparators) separators"
            throw DecodingFault(text, at: firstForeign(value))
        }
    }

    /// Parses the usual form of proxies: byte sequences separated by a comma and spaces. Nil for any other value, valid
    /// or not; the general parser handles it.
    private static func plain(_ value: [UInt8]) -> [[UInt8]]? {
        var found: [[UInt8]] = []
        var index = 0
        while true {
            guard index < value.count, value[index] == UInt8(ascii: ":"),
                let end = value[(index + 1)...].firstIndex(of: UInt8(ascii: ":")), end > index + 1,
                let bytes = Base64.decoded(value[(index + 1)..<end])
            else { return nil }
            found.append(bytes)
            index = end + 1
            guard index < value.count else { return found }
            guard value[index] == UInt8(ascii: ",") else { return nil }
            repeat { index += 1 } while index < value.count && value[index] == UInt8(ascii: " ")
        }
    }

    private static func bytes(of item: Item, number: Int, in value: [UInt8]) throws(DecodingFault) -> [UInt8] {
        guard item.rfc9651Parameters.isEmpty else {
            throw DecodingFault("member \(number) has parameters, expected none", at: firstForeign(value))
        }
        guard case .undecodedByteSequence(let text) = item.rfc9651BareItem else {
            throw DecodingFault("member \(number) is no byte sequence", at: firstForeign(value))
        }
        do throws(DecodingFault) {
            return try Base64.bytes(of: Array(text.utf8)[...])
        } catch {
            throw DecodingFault("member \(number): \(error.reason)", at: firstForeign(value))
        }
    }

    /// The position of the first character that is not allowed in a list of byte sequences; 0 if there is none.
    private static func firstForeign(_ value: [UInt8]) -> Int {
        let permitted = Array("+/=:, \t".utf8)
        return value.firstIndex { !$0.isASCIIAlphanumeric && !permitted.contains($0) } ?? 0
    }
}
