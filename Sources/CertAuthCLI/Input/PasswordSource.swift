// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// Where a password comes from: a flag, a file, the environment, or the terminal.
///
/// A flag is visible to every user of the system while the program runs, so it is the last resort.
package struct PasswordSource: Sendable {
    /// The flag with the password itself; its file flag has `-file` appended.
    package let flag: String
    /// The environment variable that is used if neither flag is given.
    package let variable: String
    package let text: String?
    package let file: String?

    /// The maximum length of a password in bytes.
    private static let limit = 1024

    package init(flag: String, variable: String, text: String?, file: String?) {
        self.flag = flag
        self.variable = variable
        self.text = text
        self.file = file
    }

    /// The password; nil if none is given.
    ///
    /// - Parameter environment: returns the value of a variable.
    package func password(
        environment: (String) -> String? = { SystemProcess.environment($0) }
    ) throws(CommandFailure) -> String? {
        guard text == nil || file == nil else {
            throw .usage("\(flag) and \(flag)-file are both given", hint: "leave one of them out")
        }
        if let file { return try Self.firstLine(of: file, flag: "\(flag)-file") }
        return text ?? environment(variable)
    }

    /// The ways to give a password, for hints.
    package var ways: String { "give \(flag)-file FILE, or set \(variable)" }

    /// The first line, without its line break. Errors never contain the contents.
    private static func firstLine(of path: String, flag: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.contents(of: path, limit: limit)
        } catch {
            throw .usage("\(flag) \(UsageError.shown(path)): can't be read: \(error.text)")
        }
        var line = bytes.prefix { $0 != 0x0A }
        if line.last == 0x0D { line.removeLast() }
        guard !line.isEmpty else {
            throw .usage("\(flag) \(UsageError.shown(path)): the first line is empty, expected the password")
        }
        guard !line.contains(0), let text = String(validating: line, as: UTF8.self) else {
            throw .usage("\(flag) \(UsageError.shown(path)): the first line is not UTF-8 text, expected the password")
        }
        return text
    }
}
