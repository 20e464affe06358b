// SPDX-License-Identifier: Apache-2.0

/// A node in a drawing of certificates as a tree, with the root at the top.
package struct DrawnNode: Sendable {
    /// The text of the node's line.
    package let text: String
    /// Further lines about the node.
    package let notes: [String]
    /// The certificates that it issued.
    package let children: [DrawnNode]

    package init(_ text: String, notes: [String] = [], children: [DrawnNode] = []) {
        self.text = text
        self.notes = notes
        self.children = children
    }

    /// Returns a chain as a tree; the first node is the top.
    package static func chain(_ nodes: [DrawnNode]) -> DrawnNode? {
        nodes.reversed().reduce(nil as DrawnNode?) { below, node in
            DrawnNode(node.text, notes: node.notes, children: below.map { [$0] } ?? [])
        }
    }

    /// Returns the lines of the tree.
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
