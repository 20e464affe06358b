// SPDX-License-Identifier: Apache-2.0

import Logging

extension Logger {
    /// Discards everything.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
