// SPDX-License-Identifier: Apache-2.0

/// Where a setting of `certauth serve` comes from.
package enum SettingOrigin: Sendable, Equatable {
    case commandLine
    case environment(variable: String)
    case file(path: String, line: Int)

    /// The place for messages; nil for the command line, which the user sees.
    var place: String? {
        switch self {
        case .commandLine: nil
        case .environment(let variable): variable
        case .file(let path, let line): NamesFile.place(path, line: line)
        }
    }
}
