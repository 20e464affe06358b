// SPDX-License-Identifier: Apache-2.0
// Each name of the source that Docs/Architecture.md contains is declared in the source.

import CertAuthTestSupport
import XCTest

final class ArchitectureNameTests: XCTestCase {
    /// Words in code font that are no names of our source.
    private static let foreign: Set = ["Connection", "package", "strictMemorySafety", "certauth"]

    /// What the sources declare, and the names of folders, targets and traits.
    private struct Project {
        /// The names that each source declares or extends, labels of parameters included.
        let declared: [Set<String>]
        let folders: Set<String>
        let manifest: String

        init() throws {
            // Not this file, whose examples are not declared anywhere.
            let files = try ProjectFiles.sources().filter { !$0.path.hasSuffix("/ArchitectureNameTests.swift") }
            declared = try files.map { Self.declarations(in: try String(contentsOf: $0, encoding: .utf8)) }
            folders = Set(files.flatMap { ProjectFiles.name(of: $0).split(separator: "/").dropLast().map(String.init) })
            let root = try XCTUnwrap(ProjectFiles.pages().first { $0.lastPathComponent == "README.md" })
            manifest = try String(
                contentsOf: root.deletingLastPathComponent().appendingPathComponent("Package.swift"),
                encoding: .utf8
            )
        }

        private static func declarations(in source: String) -> Set<String> {
            let keywords: Set = [
                "struct", "class", "enum", "actor", "protocol", "typealias", "extension", "func", "var", "let", "case",
            ]
            let words = source.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
            var names: Set<String> = []
            for (word, next) in zip(words, words.dropFirst()) {
                if keywords.contains(String(word)) { names.insert(next.replacingOccurrences(of: ":", with: "")) }
                // `label name: Type` and `label: Type`.
                if next.hasSuffix(":") { names.insert(String(word)) }
            }
            return names
        }

        /// Whether one source declares `member`, and declares or extends `type`.
        func declares(_ member: String, in type: String) -> Bool {
            declared.contains { $0.contains(member) && $0.contains(type) }
        }

        func declares(_ name: String) -> Bool {
            folders.contains(name) || manifest.contains("\"\(name)\"") || declared.contains { $0.contains(name) }
        }
    }

    private func names(in page: String) -> Set<String> {
        let parts = page.components(separatedBy: "`")
        let quoted = parts.indices.filter { !$0.isMultiple(of: 2) }.map { parts[$0] }
        let pattern = "^[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\([a-z:_]*\\))?)?$"
        return Set(quoted.filter { $0.range(of: pattern, options: .regularExpression) != nil })
    }

    private func undeclared(in page: String, _ project: Project) -> [String] {
        names(in: page).subtracting(Self.foreign).filter { name in
            let parts = name.prefix { $0 != "(" }.split(separator: ".").map(String.init)
            return parts.count == 2 ? !project.declares(parts[1], in: parts[0]) : !project.declares(name)
        }.sorted()
    }

    func test_each_name_on_the_page_is_declared() throws {
        let page = try XCTUnwrap(ProjectFiles.pages().first { $0.lastPathComponent == "Architecture.md" })
        let text = try String(contentsOf: page, encoding: .utf8)
        XCTAssertGreaterThan(names(in: text).count, 80)
        XCTAssertEqual(undeclared(in: text, try Project()), [])
    }

    func test_a_name_that_is_not_declared_is_found() throws {
        let text = "`PathSearch` `PathSearch.noSuchMember(of:)` `TrustSource.reload` `NoSuchType` `make api` `Text`"
        XCTAssertEqual(undeclared(in: text, try Project()), ["NoSuchType", "PathSearch.noSuchMember(of:)"])
    }
}
