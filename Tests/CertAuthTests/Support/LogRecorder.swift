// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// A log handler that records its lines for tests.
final class LogRecorder: Sendable {
    /// One line.
    struct Line: Sendable {
        let level: String
        let message: String
        let metadata: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    /// The lines so far.
    var lines: [Line] { kept.withLock { $0 } }

    /// A logger that writes to this recorder from level `debug` on.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .debug
        return logger
    }

    private func keep(_ line: Line) { kept.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            recorder.keep(
                Line(level: "\(event.level)", message: "\(event.message)", metadata: all.mapValues { "\($0)" })
            )
        }
    }
}
