// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the expected JSON object.
enum JSONFault: Error, Equatable, CustomStringConvertible {
    case tooLong
    case tooDeep
    case malformed(offset: Int)
    case repeated(String)
    case noString(String)

    var description: String {
        switch self {
        case .tooLong: "more than \(JSONMembers.longestText) bytes"
        case .tooDeep: "nested deeper than \(JSONMembers.deepestNesting)"
        case .malformed(let offset): "no JSON object (byte \(offset))"
        case .repeated(let name): "'\(name)' appears twice"
        case .noString(let name): "'\(name)' is of another type than expected"
        }
    }
}
