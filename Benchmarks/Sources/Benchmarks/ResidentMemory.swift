// SPDX-License-Identifier: Apache-2.0
// Memory as Linux counts it.

import Foundation

/// What Linux says of a process.
enum ResidentMemory {
    static func kibibytes(of process: String = "self") -> Double { field("VmRSS:", of: process) }

    /// The most there ever was.
    static func peakKibibytes(of process: String = "self") -> Double { field("VmHWM:", of: process) }

    private static func field(_ name: String, of process: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) } ?? 0
    }
}
