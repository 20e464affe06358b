// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOPosix
import XCTest

/// The commands of a page, run by bash in a temporary folder.
struct ShellScript {
    let text: String

    /// The `sh` blocks under a heading of a page, concatenated.
    ///
    /// - Throws: `XCTSkip` if one of `programs` is not installed; with `CI=true` the test fails.
    init(page: String, heading: String, programs: [String]) throws {
        let blocks = DocumentBlock.blocks(of: try ProjectFiles.page(page), page: page)
        text = blocks.filter { $0.language == "sh" && $0.heading == heading }.map(\.text).joined(separator: "\n")
        XCTAssertFalse(text.isEmpty, "\(page) has no commands under \(heading)")
        for program in ["bash"] + programs { try Self.demand(program) }
    }

    /// The output of the commands, standard output and error together, and the exit code.
    func run(in folder: String, replacing port: Int? = nil) async throws -> (output: String, status: Int32) {
        let script = port.map { text.replacing("localhost:8443", with: "localhost:\($0)") } ?? text
        let path = "\(Self.buildFolder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        return try await NIOThreadPool.singleton.runIfActive {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["bash", "-euo", "pipefail", "-c", script]
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.environment = ProcessInfo.processInfo.environment.merging(["PATH": path, "NO_COLOR": "1"]) { $1 }
            let output = Pipe()
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (String(decoding: text, as: UTF8.self), process.terminationStatus)
        }
    }

    private struct Missing: Error { let program: String }

    private static func demand(_ program: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        guard !folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }) else {
            return
        }
        if environment["CI"] == "true" { throw Missing(program: program) }
        throw XCTSkip("\(program) is not installed")
    }

    /// The folder of the built `certauth`, which is that of the test bundle.
    private static var buildFolder: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
        return bundle.bundlePath.hasSuffix(".xctest") ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
    }
}
