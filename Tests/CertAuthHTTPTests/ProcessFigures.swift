// SPDX-License-Identifier: Apache-2.0

import CertAuthHTTP
import CertAuthTestingHTTP
import Foundation
import XCTest

/// Memory and open descriptors of this process, as the system reports them.
enum ProcessFigures {
    static func residentKibibytes() throws -> Int {
        let status = try systemFile("/proc/self/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try XCTUnwrap(line?.split(separator: " ").compactMap { Int($0) }.first)
    }

    /// Open descriptors after the server has closed all its connections.
    static func settledDescriptors(of listener: TestListener) async throws -> Int {
        let deadline = ContinuousClock.now + .seconds(10)
        while listener.listener.connectionCount > 0, ContinuousClock.now < deadline { await Task.yield() }
        XCTAssertEqual(listener.listener.connectionCount, 0)
        guard FileManager.default.fileExists(atPath: "/proc/self/fd") else { throw XCTSkip("no /proc here") }
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private static func systemFile(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw XCTSkip("no \(path) here") }
        return String(decoding: data, as: UTF8.self)
    }
}
