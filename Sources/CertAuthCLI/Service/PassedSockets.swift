// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP
import CertAuthOpenSSL

/// The listening sockets that a service manager has passed (socket activation, `sd_listen_fds(3)`).
enum PassedSockets {
    /// The first descriptor; those of the standard streams precede it.
    private static let first: Int32 = 3
    /// The maximum number of sockets.
    private static let most = 64
    private static let variables = ["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// Takes the sockets over, and removes the variables that describe them from the environment.
    ///
    /// Must be called before the program has other threads.
    ///
    /// - Returns: no sockets if none were passed, or if they were passed to another process.
    static func take() throws(CommandFailure) -> [BoundSocket] {
        let process = SystemProcess.environment("LISTEN_PID")
        let count = SystemProcess.environment("LISTEN_FDS")
        for name in variables { SystemProcess.removeEnvironment(name) }
        guard process == "\(SystemProcess.identifier)", let count else { return [] }
        var sockets: [BoundSocket] = []
        for descriptor in first..<first + Int32(try number(count)) {
            do throws(ListeningSocket.Defect) {
                try ListeningSocket.takeOver(descriptor)
            } catch {
                throw failure(error, of: descriptor)
            }
            sockets.append(BoundSocket(descriptor: descriptor))
        }
        return sockets
    }

    private static func number(_ text: String) throws(CommandFailure) -> Int {
        let isNumber = !text.isEmpty && text.utf8.count <= 9 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let count = Int(text), (1...most).contains(count) else {
            throw .usage(
                "LISTEN_FDS is '\(DisplayText.escaped(text, limit: 40))', expected the number of sockets, 1 to \(most)",
                hint: "the service manager sets it: see the unit of type socket"
            )
        }
        return count
    }

    private static func failure(_ defect: ListeningSocket.Defect, of descriptor: Int32) -> CommandFailure {
        let (found, hint) =
            switch defect {
            case .notOpen: ("is not open", "LISTEN_FDS is the number of sockets from descriptor 3 on")
            case .notASocket: ("is not a socket", "give ListenStream= in the unit of type socket")
            case .notAStream: ("is not a stream socket", "give ListenStream= in place of ListenDatagram=")
            case .otherFamily: ("is neither an IPv4, an IPv6 nor a Unix socket", "give ListenStream= with an address")
            case .notListening: ("does not listen for connections", "give Accept=no in the unit of type socket")
            }
        return .usage("the socket that was passed as file descriptor \(descriptor) \(found)", hint: hint)
    }
}
