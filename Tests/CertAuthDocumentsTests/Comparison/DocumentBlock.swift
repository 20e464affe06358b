// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A fenced code block of a Markdown page.
struct DocumentBlock {
    /// The file name, for example `Guide.md`.
    let page: String
    /// The heading above the block, without the marks.
    let heading: String
    /// The info string of the opening fence.
    let language: String
    /// The line of the opening fence, counted from 1.
    let line: Int
    /// The text between the fences.
    let text: String

    /// Whether this is a whole file of a user's package, which `.ci/consumer` builds, and not a part of a source here.
    var isFileOfPackage: Bool { text.hasPrefix("// swift-tools-version:") || text.hasPrefix("// Sources/") }

    /// All fenced blocks of `text`, in order.
    static func blocks(of text: String, page: String) -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var heading = ""
        var open: (language: String, line: Int, lines: [String])?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if let block = open {
                if line == "```" {
                    let text = block.lines.joined(separator: "\n")
                    blocks.append(
                        DocumentBlock(
                            page: page,
                            heading: heading,
                            language: block.language,
                            line: block.line,
                            text: text
                        )
                    )
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), index + 1, [])
            } else if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            }
        }
        return blocks
    }

    /// The numbers (from 1) of lines of `text` that look like Swift outside fences, where they are not compared.
    static func swiftOutsideOfFences(_ text: String) -> [Int] {
        let words = ["let ", "var ", "func ", "import ", "try ", "await ", "guard "].map { "    \($0)" }
        var isInside = false
        var found: [Int] = []
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("```") { isInside.toggle() }
            if !isInside, words.contains(where: { line.hasPrefix($0) }) { found.append(index + 1) }
        }
        return found
    }
}
