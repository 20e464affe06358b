// SPDX-License-Identifier: Apache-2.0
// The clients that wait, with an owner.

import CReference

/// Four clients of one server that send a request every millisecond.
final class Watch {
    private let load: Load
    private let pointer: OpaquePointer

    init(_ server: ServerProcess, in bench: ServerBench) throws {
        load = try Load(server, serverRoot: bench.serverRoot, clients: Array(bench.clients.prefix(4)))
        guard let started = certauth_watch_start(load.pointer) else {
            throw ServerProcessError(reason: "the clients that wait could not be started")
        }
        pointer = started
    }

    /// What they have seen since the last call.
    func take() -> certauth_waits { certauth_watch_take(pointer) }

    func stop() { certauth_watch_stop(pointer) }
}
