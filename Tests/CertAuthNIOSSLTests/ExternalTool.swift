// SPDX-License-Identifier: Apache-2.0

#if NIOSSL && Hummingbird
import Foundation
import NIOPosix
import XCTest

/// A system program that tests use as a peer.
struct ExternalTool {
    let path: String

    /// Finds the program. If it is missing, the test is skipped; on a build server it fails.
    init(_ name: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let candidates = folders.map { "\($0)/\(name)" }
        if let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) {
            path = found
            return
        }
        if environment["CI"] == "true" { throw Missing(name: name) }
        throw XCTSkip("\(name) is not installed: install the package \(name) to run this test")
    }

    struct Missing: Error { let name: String }

    struct Result: Sendable {
        let exitCode: Int32
        let output: String
    }

    /// Runs the program with empty standard input or `input`; returns both outputs as one text.
    func run(_ arguments: [String], input: String = "") async throws -> Result {
        let path = path
        return try await NIOThreadPool.singleton.runIfActive {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            let stdin = Pipe()
            let stdout = Pipe()
            process.standardInput = stdin
            process.standardOutput = stdout
            process.standardError = stdout
            try process.run()
            try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try stdin.fileHandleForWriting.close()
            let output = stdout.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return Result(exitCode: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
        }
    }
}
#endif
