// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// A log handler whose lines tests can read.
struct LineCollector: LogHandler {
    private final class Storage: Sendable { let lines = Mutex<[String]>([]) }

    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    private let storage = Storage()

    var lines: [String] { storage.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        storage.lines.withLock { $0.append("\(event.level) \(event.message) \(metadata)") }
    }
}
