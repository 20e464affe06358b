// SPDX-License-Identifier: Apache-2.0

public import Foundation
import NIOPosix
import XCTest

/// A program that tests run: of the system, or built.
public struct ExternalTool: Sendable {
    /// Where the program is.
    public let path: String

    /// Finds a program of the system. If it is missing, the test is skipped; on a build server it fails.
    public init(_ name: String) throws {
        let environment = ProcessInfo.processInfo.environment
        var folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        // Homebrew does not link OpenSSL into a folder of the search path.
        folders.append("/opt/homebrew/opt/openssl@3/bin")
        let candidates = folders.map { "\($0)/\(name)" }
        if let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) {
            path = found
            return
        }
        if environment["CI"] == "true" { throw Missing(name: name) }
        throw XCTSkip("\(name) is not installed: install the package \(name) to run this test")
    }

    /// A program that the test built.
    public init(path: String) { self.path = path }

    /// The folder of the programs that this package builds, which is that of the test bundle.
    public static var builtFolder: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
        return bundle.bundlePath.hasSuffix(".xctest") ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
    }

    /// Where the program is, for `Process`.
    public var url: URL { URL(fileURLWithPath: path) }

    /// A program that a build server must have installed.
    public struct Missing: Error, CustomStringConvertible {
        let name: String
        /// What is missing.
        public var description: String { "\(name) is not installed, and CI=true demands it" }
    }

    /// The result of a program.
    public struct Result: Sendable {
        /// The exit code.
        public let exitCode: Int32
        /// Standard output and standard error, as written.
        public let output: String
    }

    /// Runs the program with empty standard input or `input`; returns both outputs as one text.
    public func run(_ arguments: [String], input: String = "") async throws -> Result {
        let url = url
        return try await NIOThreadPool.singleton.runIfActive {
            let process = Process()
            process.executableURL = url
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
