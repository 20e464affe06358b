// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

/// Runs the built program `certauth` and other programs as subprocesses.
enum Program {
    /// The output and exit code of a finished program.
    struct Outcome: Equatable {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    static var certauth: URL { ExternalTool.builtFolder.appending(path: "certauth") }

    /// Runs `certauth` until it exits.
    static func run(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(certauth, arguments, input: input)
    }

    /// Runs a program until it exits. Output goes through files, so its length is not limited.
    static func run(
        _ program: URL,
        _ arguments: [String],
        input: String = "",
        in folder: URL? = nil
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        let process = Process()
        process.currentDirectoryURL = folder
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
        process.standardInput = try FileHandle(forReadingFrom: file(in: directory, "input", input))
        process.standardOutput = try FileHandle(forWritingTo: file(in: directory, "output"))
        process.standardError = try FileHandle(forWritingTo: file(in: directory, "errors"))
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOfFile: directory.path(of: "output"), encoding: .utf8),
            errors: try String(contentsOfFile: directory.path(of: "errors"), encoding: .utf8)
        )
    }

    private static func file(in directory: TemporaryDirectory, _ name: String, _ text: String = "") throws -> URL {
        URL(fileURLWithPath: try directory.write(text, as: name))
    }
}

/// A program that runs until it receives a signal.
final class RunningProgram {
    private let process = Process()
    private let output = Pipe()
    private let directory: TemporaryDirectory
    private var unread = ""

    /// Starts a program, by default `certauth`.
    init(_ arguments: [String], program: URL = Program.certauth) throws {
        directory = try TemporaryDirectory()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = try FileHandle(
            forWritingTo: URL(fileURLWithPath: try directory.write("", as: "errors"))
        )
        try process.run()
    }

    /// Waits for the next line of standard output; nil at the end of the output.
    func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: "\n") {
                defer { unread = String(unread[unread.index(after: end)...]) }
                return String(unread[..<end])
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { return nil }
            unread += String(decoding: data, as: UTF8.self)
        }
    }

    /// The port in the line that reports the address.
    func announcedPort(scheme: String = "https") throws -> Int {
        let line = try XCTUnwrap(nextLine())
        XCTAssertTrue(line.hasPrefix("listening on \(scheme)://127.0.0.1:"), line)
        return try XCTUnwrap(line.split(separator: ":").last.flatMap { Int($0) })
    }

    /// Waits until standard error contains `text`.
    func waitForError(containing text: String) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let errors = try String(contentsOfFile: directory.path(of: "errors"), encoding: .utf8)
            if errors.contains(text) { return }
            sched_yield()
        }
        XCTFail("nothing was said of '\(text)'")
    }

    /// A test that fails leaves no program behind.
    deinit {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Sends a signal.
    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the program to exit by itself.
    func outcome() throws -> (status: Int32, errors: String) {
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: directory.path(of: "errors"), encoding: .utf8))
    }

    /// Sends a signal, waits for the program to exit, and returns the exit code and standard error.
    func end(by signal: Int32 = SIGTERM) throws -> (status: Int32, errors: String) {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: directory.path(of: "errors"), encoding: .utf8))
    }
}
