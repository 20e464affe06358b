// SPDX-License-Identifier: Apache-2.0

/// Rows of cells, each column as wide as its widest cell.
package struct TextTable: Sendable {
    /// A cell: its text, and a colour that is applied after the padding is computed.
    package struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        let color: (@Sendable (String) -> String)?

        package init(_ text: String, _ color: (@Sendable (String) -> String)? = nil) {
            self.text = text
            self.color = color
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    private var rows: [[Cell]] = []

    package init() {}

    /// Adds a row.
    package mutating func add(_ row: [Cell]) { rows.append(row) }

    /// Returns the lines. Columns are separated by two spaces; the last one is not padded.
    package func lines(indentation: Int = 0) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].text.count : 0 }.max() ?? 0
        }
        let margin = String(repeating: " ", count: indentation)
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let text = cell.color.map { $0(cell.text) } ?? cell.text
                guard index < row.count - 1 else { return text }
                return text + String(repeating: " ", count: widths[index] - cell.text.count)
            }
            return margin + cells.joined(separator: "  ")
        }
    }
}
