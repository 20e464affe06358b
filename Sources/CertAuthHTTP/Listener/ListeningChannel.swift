// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore

/// A listening channel of a listener.
struct ListeningChannel: Sendable {
    let channel: any Channel
    /// The address that it is bound to.
    let address: ListenerAddress
    /// The file of the Unix socket, which is removed at the end; nil if there is none, or if it is another program's.
    let ownFile: String?

    init(_ channel: any Channel, at configured: ListenerAddress) {
        self.channel = channel
        address = configured.resolved(by: channel.localAddress)
        if case .unixSocket(let path) = configured { ownFile = path } else { ownFile = nil }
    }

    init(_ channel: any Channel, of socket: BoundSocket) {
        self.channel = channel
        address = ListenerAddress(bound: channel.localAddress, descriptor: socket.descriptor)
        ownFile = socket.ownFile
    }

    /// Closes the channel and removes its file.
    func close() async {
        try? await channel.close()
        removeFile()
    }

    func removeFile() {
        if let ownFile { WholeFile.remove(ownFile) }
    }
}
