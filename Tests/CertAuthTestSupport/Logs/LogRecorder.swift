// SPDX-License-Identifier: Apache-2.0

public import Logging
import Synchronization

/// A log handler that records its lines for tests.
public final class LogRecorder: Sendable {
    /// One line.
    public struct Line: Sendable {
        /// The level's name.
        public let level: String
        /// The message.
        public let message: String
        /// The metadata of the logger and of the line.
        public let metadata: [String: String]

        /// The level, the message and the sorted metadata.
        public var text: String {
            "\(level) \(message) " + metadata.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        }
    }

    private let kept = Mutex<[Line]>([])

    /// Creates an empty recorder.
    public init() {}

    /// The lines so far.
    public var lines: [Line] { kept.withLock { $0 } }

    /// The lines so far without configuration findings.
    public var linesAfterStart: [Line] { lines.filter { $0.metadata["certauth.finding"] == nil } }

    /// A logger that writes to this recorder from level `debug` on.
    public var logger: Logger { logger(from: .debug) }

    /// A logger that writes to this recorder from the given level on.
    public func logger(from level: Logger.Level) -> Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = level
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
