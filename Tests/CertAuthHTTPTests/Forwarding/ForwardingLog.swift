// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Records the log lines about forwarding headers, each with the header names it contains.
final class ForwardingLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "forwarding") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: ForwardingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard let names = event.metadata?["certauth.headers"] else { return }
            log.kept.withLock { $0.append("\(event.message): \(names)") }
        }
    }
}
