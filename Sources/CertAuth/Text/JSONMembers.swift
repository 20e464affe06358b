// SPDX-License-Identifier: Apache-2.0

/// A JSON object (RFC 8259), parsed strictly to find one string. Any syntax error refuses the whole object.
///
/// `JSONDecoder` is not an alternative. It accepts duplicate names, so that other software could see another value in
/// the same token. It does not bound size and depth as needed here. And the core does not import Foundation.
struct JSONMembers {
    static let longestText = 64 * 1024
    static let deepestNesting = 32

    private enum Found: Equatable {
        case nothing
        case string(String)
        case other
    }

    private let bytes: [UInt8]

    /// - Throws: `.tooLong` before anything is parsed.
    init(_ bytes: some Sequence<UInt8>) throws(JSONFault) {
        self.bytes = Array(bytes.prefix(Self.longestText + 1))
        guard self.bytes.count <= Self.longestText else { throw .tooLong }
    }

    /// The string at a path of names in nested objects. Nil if a name is missing or its value is null.
    ///
    /// - Throws: if the text is not a JSON object, if a name of the path occurs twice in its object, or if a value on
    ///   the path has another type.
    func string(at path: [String]) throws(JSONFault) -> String? {
        var reader = JSONReader(bytes)
        reader.skipSpace()
        guard reader.next == UInt8(ascii: "{") else { throw .malformed(offset: reader.position) }
        let found = try value(&reader, path: path[...], depth: 1)
        reader.skipSpace()
        guard reader.isAtEnd else { throw .malformed(offset: reader.position) }
        switch found {
        case .nothing: return nil
        case .string(let text): return text
        case .other: throw .noString(path.last ?? "")
        }
    }

    /// Parses one value. `path` leads from it to the wanted string; nil if the value is not on the path.
    private func value(_ reader: inout JSONReader, path: ArraySlice<String>?, depth: Int) throws(JSONFault) -> Found {
        guard depth <= Self.deepestNesting else { throw .tooDeep }
        switch reader.next {
        case UInt8(ascii: "{"):
            let found = try object(&reader, path: path, depth: depth)
            return path?.isEmpty ?? true ? .other : found
        case UInt8(ascii: "["):
            try array(&reader, depth: depth)
            return try other(path)
        case UInt8(ascii: "\""):
            let text = try reader.string()
            return path?.isEmpty ?? false ? .string(text) : try other(path)
        default:
            let isNull = try reader.literal()
            return isNull ? .nothing : try other(path)
        }
    }

    /// The result for a value of the wrong type. On the way to the wanted string, it is an error.
    private func other(_ path: ArraySlice<String>?) throws(JSONFault) -> Found {
        if let next = path?.first { throw .noString(next) }
        return .other
    }

    private func object(_ reader: inout JSONReader, path: ArraySlice<String>?, depth: Int) throws(JSONFault) -> Found {
        var found = Found.nothing
        var isSeen = false
        try reader.list(UInt8(ascii: "}")) { (reader: inout JSONReader) throws(JSONFault) in
            let name = try reader.string()
            try reader.colon()
            guard let wanted = path?.first, ExactText.areEqual(name, wanted) else {
                _ = try value(&reader, path: nil, depth: depth + 1)
                return
            }
            guard !isSeen else { throw .repeated(wanted) }
            isSeen = true
            found = try value(&reader, path: path?.dropFirst(), depth: depth + 1)
        }
        return found
    }

    private func array(_ reader: inout JSONReader, depth: Int) throws(JSONFault) {
        try reader.list(UInt8(ascii: "]")) { (reader: inout JSONReader) throws(JSONFault) in
            _ = try value(&reader, path: nil, depth: depth + 1)
        }
    }
}
