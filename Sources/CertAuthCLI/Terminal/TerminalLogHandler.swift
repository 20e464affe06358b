// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging

/// Writes each log message as a line to standard error.
struct TerminalLogHandler: LogHandler {
    private let terminal: Terminal
    private let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(terminal: Terminal, level: Logger.Level, format: LogFormat) {
        self.terminal = terminal
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = LogLine(at: VerificationClock.system.now(), event, metadata: metadata)
        // Findings are in the words of the library; the user knows flags.
        if let code = line.fields.first(where: { $0.name == LogKey.finding.rawValue })?.value {
            guard let translated = FindingText.message(line.message, code: code) else { return }
            line.message = translated
        }
        terminal.log(format == .json ? line.json : line.text)
    }
}
