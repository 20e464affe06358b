// SPDX-License-Identifier: Apache-2.0
// Idle connections, held by another process.

import CReference
import Foundation

/// Holds connections of a server.
final class ConnectionHolder {
    private let process: ServerProcess

    /// Starts the process.
    init(_ server: ServerProcess, clients: String, in bench: ServerBench) throws {
        process = try bench.start(["--hold-connections", "\(server.port)", clients])
    }

    /// Opens connections until there are `count`, and opens closed ones again.
    ///
    /// - Throws: `ServerProcessError` if some could not be opened.
    func open(_ count: Int) throws {
        guard let text = process.order("open \(count)"), text == "\(count)" else {
            throw ServerProcessError(reason: "\(count) connections could not be opened")
        }
    }

    /// How many are open.
    func alive() -> Int { process.order("alive").flatMap { Int($0) } ?? 0 }

    func stop() { process.stop() }

    /// In that process: opens connections until the input ends.
    static func hold(port: UInt16, file: String) throws {
        _ = certauth_raise_descriptors()
        let load = try Load(port: port, ClientFile(path: file))
        print(0)
        fflush(nil)
        while let line = readLine() {
            let words = line.split(separator: " ")
            let count = words.count == 2 ? Int32(words[1]) : nil
            print(count.map { certauth_crowd_open(load.pointer, $0, 0) } ?? certauth_crowd_alive(load.pointer))
            fflush(nil)
        }
        // Without goodbyes: the server has ended, or is of no interest any more.
        exit(0)
    }
}
