// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
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
        for program in ["bash"] + programs { _ = try ExternalTool(program) }
    }

    /// The output of the commands, standard output and error together, and the exit code.
    func run(in folder: String, replacing port: Int? = nil) async throws -> (output: String, status: Int32) {
        let script = port.map { text.replacing("localhost:8443", with: "localhost:\($0)") } ?? text
        let path = "\(ExternalTool.builtFolder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
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
}
