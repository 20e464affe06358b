// SPDX-License-Identifier: Apache-2.0

/// The settings in the tables of a page, with the texts of their second column.
///
/// A row may describe several settings: "| `a`, `b` | 30 s, 60 s | … |".
struct PageTable {
    /// The texts for each setting, in the order of the page.
    let values: [String: [String]]

    init(page text: String) {
        var values: [String: [String]] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(Self.trimmed)
            guard cells.count > 3 else { continue }
            // What follows a colon explains the setting.
            let names = cells[1].split(separator: ":")[0].matches(of: /`([^`]+)`/).map { String($0.1) }
            let parts = Self.elements(of: cells[2])
            for (index, name) in names.enumerated() {
                let isListed = names.count > 1 && parts.count == names.count
                values[name, default: []].append(isListed ? parts[index] : cells[2])
            }
        }
        self.values = values
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func elements(of cell: String) -> [String] {
        cell.replacing(", ", with: "\n").split(separator: "\n").map(String.init)
    }
}
