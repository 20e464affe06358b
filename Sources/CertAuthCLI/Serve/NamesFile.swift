// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthTLS

/// The server names of a file, one in each line: `NAME [mode=MODE] [cert=FILE key=FILE]... [trust=FILE]...`
///
/// A setting that is missing has the server's general value. Blank lines and comments (`#`) are ignored. The text is
/// UTF-8, with or without a byte order mark, with LF or CRLF.
package struct NamesFile: Sendable {
    /// The maximum size of a file in bytes. The longest useful lines of 50,000 names with four short paths fit.
    package static let sizeLimit = 16 * 1024 * 1024
    /// The maximum number of names. Each has its own TLS context, and 50,000 of them take gigabytes.
    package static let nameLimit = 50_000
    /// The maximum size of a line in bytes: a name and four of the longest paths of Linux.
    static let lineLimit = 5 * 4_096
    /// The form of a line, for hints.
    static let format = "a line is: NAME [mode=none|allow|require|delayed] [cert=FILE key=FILE]... [trust=FILE]..."

    /// The names, in the order of the file.
    package private(set) var names: [ServerNameSettings] = []
    /// The mode of the line `* mode=MODE`, for all other names, and the number of that line.
    package private(set) var others: (mode: ClientCertificateMode, line: Int)?

    /// Parses the contents of a file.
    package init(_ contents: [UInt8]) throws(NamesFileError) {
        if contents.starts(with: [0xFF, 0xFE]) || contents.starts(with: [0xFE, 0xFF]) {
            throw NamesFileError("UTF-16, expected UTF-8")
        }
        var rest = contents[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var lines: [HostPattern: Int] = [:]
        var number = 0
        while !rest.isEmpty {
            number += 1
            guard let end = rest.firstIndex(of: 0x0A) else {
                throw NamesFileError(
                    line: number,
                    "no line break at the end of the file, so the line may be incomplete",
                    hint: "end the last line with a line break"
                )
            }
            var bytes = rest[..<end]
            rest = rest[(end + 1)...]
            if bytes.last == 0x0D { bytes.removeLast() }
            let line = try NamesLine(bytes, line: number)
            if let name = line.name { try add(name, line.settings, at: number, &lines) }
        }
        guard !names.isEmpty || others != nil else {
            throw NamesFileError("no server name in it, expected at least one", hint: Self.format)
        }
    }

    private mutating func add(
        _ name: String,
        _ values: [(key: String, value: String)],
        at line: Int,
        _ lines: inout [HostPattern: Int]
    ) throws(NamesFileError) {
        let settings = try ServerNameSettings(name, values, line: line)
        guard name != "*" else {
            guard let mode = settings.mode, values.count == 1 else {
                throw NamesFileError(
                    line: line,
                    "* is for all other names and needs a mode alone",
                    hint: "write * mode=require; --cert and --client-ca are for all other names"
                )
            }
            if let others { throw NamesFileError(line: line, "* is already in line \(others.line)") }
            others = (mode, line)
            return
        }
        let pattern = try Self.pattern(name, line: line)
        if let first = lines.updateValue(line, forKey: pattern) {
            throw NamesFileError(
                line: line,
                "\(DisplayText.escaped(name)) is already in line \(first), expected each name once, however it is spelled"
            )
        }
        guard names.count < Self.nameLimit else {
            throw NamesFileError(line: line, "more than \(Self.nameLimit) names")
        }
        names.append(settings)
    }

    private static func pattern(_ name: String, line: Int) throws(NamesFileError) -> HostPattern {
        let shown = DisplayText.escaped(name)
        let address = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
        guard IPAddress(address) == nil else {
            throw NamesFileError(
                line: line,
                "\(shown) is an address, expected a host name: clients send no server name for an address"
            )
        }
        guard let pattern = HostPattern(name) else {
            throw NamesFileError(
                line: line,
                "'\(shown)' is not a server name, expected a host name without a port, or *. and a domain"
            )
        }
        return pattern
    }

    /// The place of a line, for messages.
    static func place(_ path: String, line: Int?) -> String {
        "\(DisplayText.escaped(path, limit: 1_024))\(line.map { ":\($0)" } ?? "")"
    }
}
