// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The error of a call of the operating system.
package struct SystemError: Error, Equatable {
    /// The value of `errno`.
    package let code: Int32

    /// An error with this value of `errno`.
    package init(code: Int32) { self.code = code }

    /// The error of the last call on this thread.
    static var last: SystemError { SystemError(code: errno) }

    /// The system's text for the error.
    package var text: String { String(cString: strerror(code)) }

    /// Whether a file to be created exists.
    package var isExisting: Bool { code == EEXIST }
    /// Whether a socket's time limit has passed.
    package var isTimeout: Bool { code == EAGAIN || code == EWOULDBLOCK }
    /// Whether the peer of a socket has closed or reset the connection.
    package var isClosedByPeer: Bool { code == EPIPE || code == ECONNRESET }
}
