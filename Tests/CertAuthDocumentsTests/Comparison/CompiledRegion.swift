// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A region of a source that pages show: from `// snippet of PAGE.md, PAGE.md` to `// end of snippet`.
struct CompiledRegion {
    /// The path of the source, relative to the project.
    let source: String
    /// The line of the opening mark, counted from 1.
    let line: Int
    /// The pages that show the region.
    let pages: [String]
    /// The region without its common indentation.
    let text: String

    /// An opening or closing mark without its counterpart.
    struct MisplacedMark: Error, Equatable { let line: Int }

    private static let opening = "// snippet of "
    private static let closing = "// end of snippet"

    /// All regions of `text`, in order.
    static func regions(of text: String, source: String) throws -> [CompiledRegion] {
        var regions: [CompiledRegion] = []
        var open: (pages: [String], line: Int, lines: [String])?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            let bare = line.trimmingCharacters(in: .whitespaces)
            if bare.hasPrefix(opening) {
                guard open == nil else { throw MisplacedMark(line: index + 1) }
                let pages = bare.dropFirst(opening.count).components(separatedBy: ", ")
                open = (pages, index + 1, [])
            } else if bare == closing {
                guard let region = open else { throw MisplacedMark(line: index + 1) }
                let text = withoutIndentation(region.lines).joined(separator: "\n")
                regions.append(CompiledRegion(source: source, line: region.line, pages: region.pages, text: text))
                open = nil
            } else {
                open?.lines.append(line)
            }
        }
        if let open { throw MisplacedMark(line: open.line) }
        return regions
    }

    private static func withoutIndentation(_ lines: [String]) -> [String] {
        let depths = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
        let common = depths.min() ?? 0
        return lines.map { String($0.dropFirst(common)) }
    }
}
