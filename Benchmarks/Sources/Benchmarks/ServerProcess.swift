// SPDX-License-Identifier: Apache-2.0
// A server in a process of its own, so that its CPU time and memory are its alone.

import BenchmarkServing
import CReference
import Foundation

/// A started server.
final class ServerProcess: Sendable {
    let port: UInt16
    private let process: Process
    private let input: FileHandle?
    private let output: FileHandle?

    /// This program itself as a server of some kind, with the files of `folder`; by way of the program that
    /// CERTAUTH_BENCH_TOOL names, where it is set: a profiler.
    static func own(_ kind: ServedKind, in folder: ServerFolder) throws -> ServerProcess {
        let program = try ProcessInfo.processInfo.environment["CERTAUTH_BENCH_TOOL"] ?? ownProgram()
        return try talking(program, ["--serve", kind.rawValue, folder.path])
    }

    /// A server on packages of others; nil where their program has not been built.
    static func peer(_ kind: PeerKind, in folder: ServerFolder) throws -> ServerProcess? {
        let program = URL(fileURLWithPath: try ownProgram()).deletingLastPathComponent().path + "/PeerServers"
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        return try talking(program, [kind.rawValue, folder.path])
    }

    static func ownProgram() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// A program that writes its port once it listens, and ends when its input does: with this process at the latest.
    private static func talking(_ program: String, _ arguments: [String]) throws -> ServerProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        let input = Pipe()
        process.standardInput = input
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

    /// A program that listens on a port it is told, and is ready once it takes connections.
    static func foreign(_ program: String, _ arguments: [String], port: UInt16) throws -> ServerProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        certauth_pin(process.processIdentifier, CERTAUTH_SERVER_CORE)
        // A CRL of a million entries takes nginx more than a second.
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

    /// Has a listener of ours load its configuration again, and waits until it has. False when it could not.
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
        process.waitUntilExit()
    }
}

/// A server that could not be started.
struct ServerProcessError: Error {
    let reason: String
}
