// SPDX-License-Identifier: Apache-2.0
// Certificates drawn as a tree, the root on top.

/// One certificate of a drawn tree with what hangs below it.
package struct DrawnNode: Sendable {
    /// The line itself.
    package let text: String
    /// Lines that explain it.
    package let notes: [String]
    /// What it issued.
    package let children: [DrawnNode]

    package init(_ text: String, notes: [String] = [], children: [DrawnNode] = []) {
        self.text = text
        self.notes = notes
        self.children = children
    }

    /// A chain, given with the top first.
    package static func chain(_ nodes: [DrawnNode]) -> DrawnNode? {
        nodes.reversed().reduce(nil as DrawnNode?) { below, node in
            DrawnNode(node.text, notes: node.notes, children: below.map { [$0] } ?? [])
        }
    }

    /// The tree's lines.
    package func lines(margin: String) -> [String] { lines(first: margin, rest: margin) }

    private func lines(first: String, rest: String) -> [String] {
        let stem = children.isEmpty ? "    " : "│   "
        var lines = [first + text]
        lines += notes.map { rest + stem + $0 }
        for (index, child) in children.enumerated() {
            let isLast = index == children.count - 1
            lines += child.lines(first: rest + (isLast ? "└── " : "├── "), rest: rest + (isLast ? "    " : "│   "))
        }
        return lines
    }
}
