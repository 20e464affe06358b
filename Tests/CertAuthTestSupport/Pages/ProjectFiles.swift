// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The pages and sources of the checkout that this test was built from.
public enum ProjectFiles {
    /// The folder that contains `Package.swift`.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The index of the pages.
    public static let index = root.appending(path: "Docs/README.md")

    /// The pages of the root, the pages in `Docs`, and the landing pages of the documentation catalogues.
    public static func pages() throws -> [URL] {
        let atRoot = ["README.md", "SECURITY.md", "CONTRIBUTING.md"].map { root.appending(path: $0) }
        return try atRoot + files(under: "Docs", ending: "md") + files(under: "Sources", ending: "md")
    }

    /// All Swift sources that may contain a snippet.
    public static func sources() throws -> [URL] {
        try ["Tests", "Docs", "Sources"].flatMap { try files(under: $0, ending: "swift") }
    }

    /// The text of a page, by name, for example `Guide.md`.
    public static func page(_ name: String) throws -> String {
        for page in try pages() where page.lastPathComponent == name {
            return try String(contentsOf: page, encoding: .utf8)
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// The name of a file in messages.
    public static func name(of file: URL) -> String {
        String(file.path.dropFirst(root.path.count + 1))
    }

    private static func files(under folder: String, ending: String) throws -> [URL] {
        let folder = root.appending(path: folder)
        guard
            let all = FileManager.default.enumerator(
                at: folder,
                includingPropertiesForKeys: nil,
                options: .skipsHiddenFiles
            )
        else { throw CocoaError(.fileNoSuchFile) }
        return all.compactMap { $0 as? URL }.filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
    }
}
