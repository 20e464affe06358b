// SPDX-License-Identifier: Apache-2.0

/// A socket that is already bound to its address, for instance one that the service manager has opened.
package struct BoundSocket: Sendable {
    /// The file descriptor of the stream socket. A start passes its ownership to the listener.
    package let descriptor: CInt
    /// The file that the listener removes when it stops; nil if the file belongs to another program.
    package let ownFile: String?

    /// Describes a bound socket.
    package init(descriptor: CInt, ownFile: String? = nil) {
        self.descriptor = descriptor
        self.ownFile = ownFile
    }
}
