// SPDX-License-Identifier: Apache-2.0
// Finds one string in a JSON object, and refuses the object when anything in it is no JSON.

/// A JSON object (RFC 8259), read strictly.
///
/// `JSONDecoder` is no replacement: it accepts a name that an object has twice, so that another reader of the same token
/// could see another value, it bounds neither size nor depth as is promised here, and the core imports no Foundation.
struct JSONMembers {
    static let longestText = 64 * 1024
    static let deepestNesting = 32

    private enum Found: Equatable {
        case nothing
        case string(String)
        case other
    }

    private let bytes: [UInt8]

    /// - Throws: `.tooLong` before anything is read.
    init(_ bytes: some Sequence<UInt8>) throws(JSONFault) {
        self.bytes = Array(bytes.prefix(Self.longestText + 1))
        guard self.bytes.count <= Self.longestText else { throw .tooLong }
    }

    /// The string under these names, one object inside the other; nil when a name is missing or its value is null.
    ///
    /// - Throws: for anything that is no JSON object, for a name of the path that stands in its object twice, and for
    ///   values of other types under them.
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

    /// Reads one value; `path` leads from it to what is sought, nil where nothing is.
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

    /// What a value of the wrong type counts as; on the way to what is sought it is a fault.
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
