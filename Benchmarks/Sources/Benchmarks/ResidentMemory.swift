// SPDX-License-Identifier: Apache-2.0
// Resident memory on Linux.

import Foundation

/// The memory of a process in `/proc`.
enum ResidentMemory {
    static func kibibytes(of process: String = "self") -> Double { field("VmRSS:", of: process) }

    /// The peak since the process started, or since the peak was reset.
    static func peakKibibytes(of process: String = "self") -> Double { field("VmHWM:", of: process) }

    private static func field(_ name: String, of process: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) } ?? 0
    }
}
