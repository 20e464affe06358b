// SPDX-License-Identifier: Apache-2.0
// A server in a separate process, so that its CPU time and memory can be measured alone.

import BenchmarkServing
import CReference
import Foundation

/// A started server.
final class ServerProcess: Sendable {
    let port: UInt16
    private let process: Process
    private let input: FileHandle?
    private let output: FileHandle?

    /// This program as a server of the given kind, with the files in `folder`. It is started through the program that
    /// CERTAUTH_BENCH_TOOL names, if it is set, for example a profiler.
    static func own(_ kind: ServedKind, in folder: ServerFolder) throws -> ServerProcess {
        let program = try ProcessInfo.processInfo.environment["CERTAUTH_BENCH_TOOL"] ?? ownProgram()
        return try talking(program, ["--serve", kind.rawValue, folder.path])
    }

    /// A server on other packages; nil if the program `PeerServers` has not been built.
    static func peer(_ kind: PeerKind, in folder: ServerFolder) throws -> ServerProcess? {
        let program = URL(fileURLWithPath: try ownProgram()).deletingLastPathComponent().path + "/PeerServers"
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        return try talking(program, [kind.rawValue, folder.path])
    }

    static func ownProgram() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// This program itself in another role. It writes a number when it is ready: its port, if it listens.
    static func own(arguments: [String]) throws -> ServerProcess { try talking(ownProgram(), arguments) }

    /// A program that writes its port when it listens, and ends when its input ends, at the latest with this process.
    private static func talking(_ program: String, _ arguments: [String]) throws -> ServerProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        let input = Pipe()
        process.standardInput = input
        certauth_unblock_signals()
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ServerProcessError(reason: "\(arguments) did not start: \(line)")
        }
        return ServerProcess(
            process: process,
            port: port,
            input: input.fileHandleForWriting,
            output: output.fileHandleForReading
        )
    }

    /// A program that listens on the given port. It is ready when it accepts connections.
    static func foreign(_ program: String, _ arguments: [String], port: UInt16) throws -> ServerProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        certauth_unblock_signals()
        try process.run()
        certauth_pin(process.processIdentifier, CERTAUTH_SERVER_CORE)
        // nginx needs more than a second to load a CRL with a million entries.
        for _ in 0..<400 {
            if LoopbackPort.isOpen(port) { return ServerProcess(process: process, port: port) }
            Thread.sleep(forTimeInterval: 0.05)
        }
        process.terminate()
        throw ServerProcessError(reason: "\(program) did not open port \(port)")
    }

    private init(process: Process, port: UInt16, input: FileHandle? = nil, output: FileHandle? = nil) {
        self.process = process
        self.port = port
        self.input = input
        self.output = output
    }

    /// Writes one line to the process, and waits for the line that it answers with; nil if it has ended.
    func order(_ text: String) -> String? {
        input?.write(Data("\(text)\n".utf8))
        guard let data = output?.availableData, !data.isEmpty else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends a signal.
    func send(signal number: Int32) { kill(process.processIdentifier, number) }

    /// Makes a listener of ours reload its configuration, and waits for the result. False if it failed.
    func reload() -> Bool {
        input?.write(Data("reload\n".utf8))
        return output?.availableData.isEmpty == false
    }

    /// Nanoseconds of CPU time used so far.
    var cpuTime: Double { Double(certauth_cpu_time(process.processIdentifier)) }

    /// Open descriptors.
    var descriptors: Int {
        let path = "/proc/\(process.processIdentifier)/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
    }

    /// Resident memory in KiB.
    var residentKibibytes: Double { ResidentMemory.kibibytes(of: "\(process.processIdentifier)") }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        let end = Date().addingTimeInterval(2)
        while process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.01) }
        if process.isRunning { send(signal: SIGKILL) }
        process.waitUntilExit()
    }
}

/// A server that could not be started.
struct ServerProcessError: Error {
    let reason: String
}
