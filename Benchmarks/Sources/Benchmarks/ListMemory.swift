// SPDX-License-Identifier: Apache-2.0
// The memory that a CRL takes in a process that does nothing else.

import CReference
import CertAuth
import Foundation

/// Loads one CRL in a separate process, which reports how much memory that took.
enum ListMemory {
    /// The library that loads it.
    enum Reader: String {
        case libcrypto
        case certAuth = "CertAuth"
    }

    /// KiB that remain allocated, and KiB at the peak of loading, including the file's bytes.
    struct Need: Sendable {
        let kept: Double
        let peak: Double
    }

    static func measure(_ reader: Reader, file: String) throws -> Need {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try ServerProcess.ownProgram())
        process.arguments = ["--hold-list", reader.rawValue, file]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard numbers.count == 2 else { throw ServerProcessError(reason: "\(reader.rawValue) could not load \(file)") }
        return Need(kept: numbers[0], peak: numbers[1])
    }

    /// In that process: loads the list and prints both numbers.
    static func hold(_ reader: Reader, file: String) throws {
        let before = ResidentMemory.kibibytes()
        switch reader {
        case .libcrypto:
            let list = try libcryptoList(file)
            tell(since: before)
            precondition(!list.holds([0x7F]))
        case .certAuth:
            let lists = try CertificateRevocationList.load(file: file)
            tell(since: before)
            precondition(lists.count == 1)
        }
    }

    private static func libcryptoList(_ file: String) throws -> ParsedList {
        let contents = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        guard let list = ParsedList(contents) else { throw ServerProcessError(reason: "\(file) is no CRL") }
        return list
    }

    private static func tell(since before: Double) {
        print(ResidentMemory.kibibytes() - before, ResidentMemory.peakKibibytes() - before)
    }
}
