// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging

/// Writes each log message as a line to standard error: level, message, metadata sorted by name.
struct TerminalLogHandler: LogHandler {
    private let terminal: Terminal
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(terminal: Terminal, level: Logger.Level) {
        self.terminal = terminal
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        // Findings are in the words of the library; the user knows flags.
        var message = "\(event.message)"
        if let code = all[LogKey.finding.rawValue] {
            guard let translated = FindingText.message(message, code: "\(code)") else { return }
            message = translated
        }
        let text = (["\(event.level): \(message)"] + fields).joined(separator: " ")
        terminal.note(DisplayText.escaped(text, limit: 4096))
    }
}
