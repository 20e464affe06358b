// SPDX-License-Identifier: Apache-2.0
// Each name of the source that Docs/Architecture.md contains is declared in the source.

import CertAuthTestSupport
import XCTest

final class ArchitectureNameTests: XCTestCase {
    /// Words in code font that are no names of our source.
    private static let foreign: Set = ["Connection", "package", "strictMemorySafety", "certauth"]

    /// The contents of the sources, and the names of folders, targets and traits.
    private struct Project {
        let sources: [String]
        let folders: Set<String>
        let manifest: String

        init() throws {
            let files = try ProjectFiles.sources().filter { ProjectFiles.name(of: $0).hasPrefix("Sources/") }
            sources = try files.map { try String(contentsOf: $0, encoding: .utf8) }
            folders = Set(files.flatMap { ProjectFiles.name(of: $0).split(separator: "/").dropLast().map(String.init) })
            let root = try XCTUnwrap(ProjectFiles.pages().first { $0.lastPathComponent == "README.md" })
            manifest = try String(
                contentsOf: root.deletingLastPathComponent().appendingPathComponent("Package.swift"),
                encoding: .utf8
            )
        }

        /// Whether one source declares `member` in a type, or in an extension of it.
        func declares(_ member: String, in type: String) -> Bool {
            sources.contains {
                Self.declares(member, $0) && (Self.declares(type, $0) || $0.contains("extension \(type)"))
            }
        }

        func declares(_ name: String) -> Bool {
            folders.contains(name) || manifest.contains("\"\(name)\"") || sources.contains { Self.declares(name, $0) }
        }

        private static func declares(_ name: String, _ source: String) -> Bool {
            let keywords = "struct|class|enum|actor|protocol|typealias|func|var|let|case"
            return source.range(of: "\\b(\(keywords)) \(name)\\b", options: .regularExpression) != nil
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
        let text = "`PathSearch` `PathSearch.find(nothing:)` `TrustSource.reload` `NoSuchType` `make api` `Text`"
        XCTAssertEqual(undeclared(in: text, try Project()), ["NoSuchType", "PathSearch.find(nothing:)"])
    }
}
