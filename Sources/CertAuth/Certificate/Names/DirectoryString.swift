// SPDX-License-Identifier: Apache-2.0

/// Decodes the string types of distinguished names.
enum DirectoryString {
    /// The tags of the string types.
    static let types: Set<UInt8> = [
        DERTag.utf8String, DERTag.numericString, DERTag.printableString, DERTag.teletexString, DERTag.ia5String,
        DERTag.visibleString, DERTag.universalString, DERTag.bmpString,
    ]

    /// The text of a string value. Nil for other types and for bytes that are invalid in their encoding.
    ///
    /// TeletexString is decoded as ISO 8859-1, as in every common implementation.
    static func text(_ value: DERValue) -> String? {
        switch value.tag {
        case DERTag.utf8String:
            return String(validating: value.contents, as: UTF8.self)
        case DERTag.printableString, DERTag.ia5String, DERTag.numericString, DERTag.visibleString:
            return value.contents.allSatisfy { $0 < 0x80 } ? String(decoding: value.contents, as: UTF8.self) : nil
        case DERTag.teletexString:
            return String(String.UnicodeScalarView(value.contents.map { Unicode.Scalar($0) }))
        case DERTag.bmpString:
            return scalars(value.contents, width: 2)
        case DERTag.universalString:
            return scalars(value.contents, width: 4)
        default:
            return nil
        }
    }

    private static func scalars(_ bytes: ArraySlice<UInt8>, width: Int) -> String? {
        guard bytes.count.isMultiple(of: width) else { return nil }
        var view = String.UnicodeScalarView()
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: width) {
            let value = bytes[start..<start + width].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard let scalar = Unicode.Scalar(value) else { return nil }
            view.append(scalar)
        }
        return String(view)
    }

    /// The text, folded as by `appendFolded`.
    static func folded(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        appendFolded(text, to: &output)
        return output
    }

    /// Folds ASCII case, trims spaces and joins runs of spaces (RFC 5280 §7.1, as OpenSSL implements it).
    static func appendFolded(_ text: String, to output: inout [UInt8]) {
        let start = output.count
        var pendingSpace = false
        for byte in text.utf8 {
            switch byte {
            case 0x20, 0x09...0x0D:
                pendingSpace = output.count > start
            default:
                if pendingSpace { output.append(0x20) }
                pendingSpace = false
                output.append(byte.lowercasedASCII)
            }
        }
    }
}
