// SPDX-License-Identifier: Apache-2.0
// How a server that is measured begins, speaks with the program that measures it, and ends with it.

import CReference
import Foundation

/// The process of a server.
package enum ServerLife {
    /// One core for all threads that come: to be called before there are others.
    package static func begin() { certauth_pin(0, CERTAUTH_SERVER_CORE) }

    /// Says that the server is ready, or ready again.
    package static func tell(port: Int) {
        FileHandle.standardOutput.write(Data("\(port)\n".utf8))
    }

    /// Ends the process when its input ends; calls `order` for whatever comes in before.
    package static func follow(_ order: @escaping @Sendable () -> Void = {}) {
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty { order() }
            exit(0)
        }
    }
}
