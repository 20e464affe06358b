// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
import Foundation
import XCTest

/// Runs `openssl` and returns its output, to check what the kit writes.
struct OpenSSLCommand {
    struct Answer {
        let exitCode: Int32
        let output: String
        let errors: String

        /// The output's lines without differences between versions: indentation, and `CN = x` for `CN=x`.
        var lines: [String] {
            output.split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: " = ", with: "=")
            }
        }

        /// All lines joined by single spaces.
        var words: String {
            lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
        }
    }

    private let tool: ExternalTool

    /// Skips the test if openssl is missing; with CI=true the test fails.
    init() throws { tool = try ExternalTool("openssl") }

    func run(_ arguments: String...) throws -> Answer { try run(arguments) }

    func run(_ arguments: [String]) throws -> Answer {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = tool.url
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // The standard error of openssl fits into the pipe buffer, so the two outputs can be read in turn.
        let outputText = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Answer(exitCode: process.terminationStatus, output: outputText, errors: errorText)
    }
}
