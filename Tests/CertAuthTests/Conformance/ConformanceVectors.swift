// SPDX-License-Identifier: Apache-2.0
// The location of external test vectors; none of them is stored in this package.

import CertAuthTestSupport
import Foundation
import XCTest

/// The folder named by `CERTAUTH_VECTORS`, or the default beside the package.
struct ConformanceVectors {
    private let folder: URL

    /// Finds the directory.
    ///
    /// - Throws: `XCTSkip` if there is none; with `CI=true` and `CERTAUTH_VECTORS` set, a missing folder is an error.
    init() throws {
        let environment = ProcessInfo.processInfo.environment
        let configured = environment["CERTAUTH_VECTORS"]
        let path = configured ?? "../shared/conformance"
        folder = URL(fileURLWithPath: path, relativeTo: ProjectFiles.root).standardizedFileURL
        guard FileManager.default.fileExists(atPath: folder.appending(path: "suites").path) else {
            if configured != nil, environment["CI"] == "true" {
                XCTFail("CERTAUTH_VECTORS is \(path), and there are no suites in it")
            }
            throw XCTSkip("no test vectors at \(path): set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
    }

    /// The suites, sorted by name.
    func suites() throws -> [ConformanceSuite] {
        try files(in: "suites", ending: "json").map { file in
            try JSONDecoder().decode(ConformanceSuite.self, from: Data(contentsOf: file))
        }
    }

    /// Wycheproof's signature vectors, by file name.
    ///
    /// - Throws: `XCTSkip` if there are none.
    func signatures() throws -> [(name: String, suite: WycheproofSuite)] {
        guard FileManager.default.fileExists(atPath: folder.appending(path: "wycheproof").path) else {
            throw XCTSkip("no test vectors at \(folder.path)/wycheproof: set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
        return try files(in: "wycheproof", ending: "json").map { file in
            (
                file.deletingPathExtension().lastPathComponent,
                try JSONDecoder().decode(WycheproofSuite.self, from: Data(contentsOf: file))
            )
        }
    }

    /// The malformed inputs of all corpora.
    func corpus() throws -> [CorpusInput] {
        try files(in: "corpus", ending: "jsonl").flatMap { file in
            try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { line in
                try JSONDecoder().decode(CorpusInput.self, from: Data(line))
            }
        }
    }

    private func files(in name: String, ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: name),
            includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == ending }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}

/// One line of a corpus.
struct CorpusInput: Decodable {
    /// Ends in `:trailing` if bytes follow the DER.
    let name: String
    /// `x509`, `crl`, `ocsp`, `spki`, `any` and others.
    let kind: String
    private let b64: String

    /// The decoded input.
    var bytes: [UInt8] { Data(base64Encoded: b64).map(Array.init) ?? [] }

    /// Whether bytes follow the DER.
    var hasTrailingBytes: Bool { name.hasSuffix(":trailing") }
}
