// SPDX-License-Identifier: Apache-2.0
// The start and end of a measured server, and its messages to the program that measures it.

import CReference
import Foundation

/// The process of a server.
package enum ServerLife {
    /// Binds all later threads to one core. Must be called before other threads start.
    package static func begin() { certauth_pin(0, CERTAUTH_SERVER_CORE) }

    /// Reports that the server is ready, or ready again.
    package static func tell(port: Int) {
        FileHandle.standardOutput.write(Data("\(port)\n".utf8))
    }

    /// Ends the process when its input ends. Calls `order` for any input before that.
    package static func follow(_ order: @escaping @Sendable () -> Void = {}) {
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty { order() }
            exit(0)
        }
    }
}
