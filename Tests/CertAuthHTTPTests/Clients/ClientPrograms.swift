// SPDX-License-Identifier: Apache-2.0
// Client programs of other TLS libraries, prepared once in a test run.

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import Synchronization
import XCTest

/// A client that reads requests from its standard input and writes one line for each answer.
struct ClientProgram: Sendable {
    let tool: ExternalTool
    let arguments: [String]

    /// Sends requests to the listener on `port`, whose certificate is issued by the root in the file `anchor`.
    func run(port: Int, anchor: String, _ cells: [ClientCell]) async throws -> [[String]] {
        let input = cells.map { "\($0.line)\n" }.joined()
        let result = try await tool.run(arguments + ["\(port)", anchor], input: input)
        let lines = result.output.split(separator: "\n").map(String.init)
        return cells.map { cell in
            lines.filter { $0.hasPrefix("\(cell.name) ") }.map { String($0.dropFirst(cell.name.count + 1)) }
        }
    }
}

/// A request and the certificate to send it with.
struct ClientCell: Sendable {
    /// Unique, and without spaces.
    let name: String
    let files: TestIdentity.Files?
    let version: String
    let path: String
    var connections = 1

    fileprivate var line: String {
        "\(name) \(files?.chain ?? "-") \(files?.key ?? "-") \(version) \(connections) \(path)"
    }
}

/// The folder in which client programs are written and compiled; removed at the end of the test run.
enum ClientPrograms {
    private static let folder = Mutex<TemporaryDirectory?>(nil)
    private static let ready = Mutex<[String: ClientProgram]>([:])

    static func go() async throws -> ClientProgram {
        try await program("go") {
            let compiler = try ExternalTool("go")
            let source = try write(GoClient.source, as: "client.go")
            let binary = try path(of: "go-client")
            try await compile(compiler, ["build", "-o", binary, source])
            return ClientProgram(tool: ExternalTool(path: binary), arguments: [])
        }
    }

    static func java() async throws -> ClientProgram {
        try await program("java") {
            let compiler = try ExternalTool("javac")
            let source = try write(JavaClient.source, as: "Client.java")
            let classes = try path(of: "classes")
            try await compile(compiler, ["-J-XX:-UsePerfData", "-d", classes, source])
            return ClientProgram(
                tool: try ExternalTool("java"),
                arguments: ["-XX:-UsePerfData", "-cp", classes, "Client"]
            )
        }
    }

    static func node() async throws -> ClientProgram {
        try await program("node") {
            let source = try write(NodeClient.source, as: "client.js")
            return ClientProgram(tool: try ExternalTool("node"), arguments: [source])
        }
    }

    static func python() async throws -> ClientProgram {
        try await program("python3") {
            let source = try write(PythonClient.source, as: "client.py")
            return ClientProgram(tool: try ExternalTool("python3"), arguments: [source])
        }
    }

    private static func program(
        _ name: String,
        _ make: () async throws -> ClientProgram
    ) async throws -> ClientProgram {
        if let found = ready.withLock({ $0[name] }) { return found }
        let made = try await make()
        ready.withLock { $0[name] = made }
        return made
    }

    private static func compile(_ compiler: ExternalTool, _ arguments: [String]) async throws {
        let result = try await compiler.run(arguments)
        guard result.exitCode == 0 else { throw Uncompiled(output: result.output) }
    }

    struct Uncompiled: Error { let output: String }

    private static func write(_ source: String, as name: String) throws -> String {
        try place().write(source, as: name)
    }

    private static func path(of name: String) throws -> String { try place().path(of: name) }

    private static func place() throws -> TemporaryDirectory {
        try folder.withLock { folder in
            if let folder { return folder }
            let made = try TemporaryDirectory()
            folder = made
            XCTestObservationCenter.shared.addTestObserver(AtEnd())
            return made
        }
    }

    /// Removes the folder at the end of the test run: the value of a static property is never released.
    private final class AtEnd: NSObject, XCTestObservation {
        func testBundleDidFinish(_ testBundle: Bundle) { ClientPrograms.folder.withLock { $0 = nil } }
    }
}
