// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP
import CertAuthOpenSSL

/// A connected blocking socket with a time limit for every call.
struct BlockingSocket: ~Copyable {
    private let socket: SystemSocket

    /// Connects to a numeric IPv4 or IPv6 address or a unix socket.
    init(to address: ListenerAddress, timeout: Duration) throws(TestClientError) {
        let connected: SystemSocket?
        do throws(SystemSocket.Failure) {
            connected =
                switch address {
                case .hostPort(let host, let port): try SystemSocket(host: host, port: port)
                case .unixSocket(let path): try SystemSocket(path: path)
                }
        } catch {
            throw TestClientError(error)
        }
        guard let connected else {
            switch address {
            case .hostPort(let host, _):
                throw .socket(call: "getaddrinfo", reason: "\(host) is not a numeric address")
            case .unixSocket(let path): throw .socket(call: "connect", reason: "\(path) is too long")
            }
        }
        socket = connected
        socket.limitCalls(toSeconds: Int(timeout.wholeSeconds))
    }

    /// Sends all bytes. A peer that has stopped reading is not an error: what it sent before can still be read.
    func send(_ bytes: [UInt8]) throws(TestClientError) {
        do throws(SystemSocket.Failure) {
            try socket.send(bytes)
        } catch {
            guard error.error.isClosedByPeer else { throw TestClientError(error) }
        }
    }

    /// Returns the next bytes; empty at the end of the stream and after a reset.
    func receive() throws(TestClientError) -> [UInt8] {
        do throws(SystemSocket.Failure) {
            return try socket.receive()
        } catch {
            guard error.error.isClosedByPeer else { throw TestClientError(error) }
            return []
        }
    }

    /// Closes the sending side.
    func shutDownSending() { socket.shutDownSending() }
}

extension TestClientError {
    fileprivate init(_ failure: SystemSocket.Failure) {
        self = failure.error.isTimeout ? .timedOut : .socket(call: failure.call, reason: failure.error.text)
    }
}
