// SPDX-License-Identifier: Apache-2.0

import CertAuthOpenSSL

/// Tells the service manager the state of the server (`sd_notify(3)`).
package struct ServiceNotifier: Sendable {
    /// The characters of a status beyond which it is cut.
    private static let longestStatus = 512

    private let socket: DatagramSocket?
    /// The time within which the service manager expects a sign of life, in microseconds; nil if it expects none.
    package let watchdogMicroseconds: Int64?

    /// Says nothing.
    package static let silent = ServiceNotifier(socket: nil, watchdogMicroseconds: nil)

    private init(socket: DatagramSocket?, watchdogMicroseconds: Int64?) {
        self.socket = socket
        self.watchdogMicroseconds = watchdogMicroseconds
    }

    /// Connects to the socket that the environment names, and removes the variables from the environment.
    ///
    /// Must be called before the program has other threads.
    package static func take() throws(CommandFailure) -> ServiceNotifier {
        func take(_ name: String) -> String? {
            defer { SystemProcess.removeEnvironment(name) }
            return SystemProcess.environment(name)
        }
        let path = take("NOTIFY_SOCKET")
        let time = take("WATCHDOG_USEC")
        let process = take("WATCHDOG_PID")
        guard let path, !path.isEmpty else { return .silent }
        guard path.hasPrefix("/") || path.hasPrefix("@") else {
            throw .usage(
                "NOTIFY_SOCKET is '\(UsageError.shown(path))', expected a path or @ and an abstract name",
                hint: "the service manager sets it: see Type=notify-reload"
            )
        }
        let socket: DatagramSocket
        do throws(SystemError) {
            socket = try DatagramSocket(to: path)
        } catch {
            throw .usage("NOTIFY_SOCKET \(UsageError.shown(path)): \(error.text)", hint: "unset it to start without")
        }
        let isOurs = process == nil || process == "\(SystemProcess.identifier)"
        return ServiceNotifier(socket: socket, watchdogMicroseconds: try time.flatMap { isOurs ? $0 : nil }.map(number))
    }

    private static func number(_ text: String) throws(CommandFailure) -> Int64 {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let time = Int64(text), (1...(1 << 50)).contains(time) else {
            throw .usage(
                "WATCHDOG_USEC is '\(UsageError.shown(text))', expected microseconds",
                hint: "the service manager sets it: see WatchdogSec="
            )
        }
        return time
    }

    /// All sockets listen.
    package func ready() { send("READY=1") }

    /// A reload begins.
    package func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(SystemProcess.monotonicMicroseconds)") }

    /// A reload has ended, successfully or not.
    package func reloaded(status: String) {
        // The status is one line.
        let line = status.map { $0.isNewline ? " " : $0 }.prefix(Self.longestStatus)
        send("READY=1\nSTATUS=\(String(line))")
    }

    /// The server stops.
    package func stopping() { send("STOPPING=1") }

    /// The server works.
    package func alive() { send("WATCHDOG=1") }

    /// A message that is lost costs a restart at most, so the server continues.
    private func send(_ message: String) {
        do throws(SystemError) { try socket?.send(message) } catch {}
    }
}
