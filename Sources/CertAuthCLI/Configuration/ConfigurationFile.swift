// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthOpenSSL

/// A file with settings of `certauth serve`: a JSON object whose names are those of the flags.
package struct ConfigurationFile: Sendable {
    /// The maximum size in bytes.
    package static let sizeLimit = 1024 * 1024
    /// The maximum number of values. More server names belong in a file of `--names`.
    package static let mostValues = 2_000

    /// The settings, each of a known name and of its type.
    package let members: [JSONSettings.Member]

    /// Reads and checks the file.
    package init(path: String) throws(CommandFailure) {
        let file: BoundedFile.Reading
        do throws(BoundedFile.Failure) {
            file = try BoundedFile.read(path, limit: Self.sizeLimit)
        } catch {
            throw .usage("--config \(UsageError.shown(path)): can't be read: \(error.text)")
        }
        guard file.status.permissions & 0o002 == 0 || !file.status.isRegular else {
            let place = UsageError.shown(path)
            throw .usage(
                "--config \(place): every user can write to it (mode \(String(file.status.permissions, radix: 8))), and it "
                    + "decides which clients the server trusts",
                hint: "chmod o-w \(place)"
            )
        }
        try self.init(file.contents, path: path)
    }

    /// Checks the contents of a file.
    ///
    /// - Parameter path: the path, for messages.
    package init(_ contents: [UInt8], path: String) throws(CommandFailure) {
        do throws(JSONSettings.Fault) {
            members = try JSONSettings(contents, most: Self.mostValues).members.map(Self.listed)
        } catch {
            throw .usage(
                "\(NamesFile.place(path, line: error.line)): \(error.message)",
                hint: "for instance {\"listen\": [\"*:8443\"], \"cert\": \"server.pem\"}"
            )
        }
        for member in members { try Self.check(member, path) }
    }

    /// A text is a list of one element where a list is expected.
    private static func listed(_ member: JSONSettings.Member) -> JSONSettings.Member {
        guard case .text(let text) = member.value, ServeFlag.named(member.name)?.kind == .list else { return member }
        return JSONSettings.Member(name: member.name, value: .list([text]), line: member.line)
    }

    private static func check(_ member: JSONSettings.Member, _ path: String) throws(CommandFailure) {
        let place = NamesFile.place(path, line: member.line)
        let name = DisplayText.escaped(member.name)
        guard let flag = ServeFlag.named(member.name) else {
            guard !ServeFlag.onlyOnCommandLine.contains(member.name) else {
                let hint =
                    member.name == "key-password" ? "give key-password-file" : "give --\(name) on the command line"
                throw .usage("\(place): '\(name)' is not permitted in the file", hint: hint)
            }
            let near = EditDistance.nearest(to: member.name, in: ServeFlag.all.map(\.name))
            var hints = near.map { ["did you mean '\($0)'?"] } ?? []
            hints.append("the names are those in `certauth help serve`")
            throw CommandFailure(.usage, "\(place): '\(name)' is not a setting", hints: hints)
        }
        let expected: String? =
            switch (flag.kind, member.value) {
            case (.text, .text(let text)): text.isEmpty ? "a text that is not empty" : nil
            case (.number, .number(let text)): Int(text) == nil ? "a whole number" : nil
            case (.flag, .flag): nil
            case (.list, .list(let texts)): texts.contains(where: \.isEmpty) ? "texts that are not empty" : nil
            case (.text, _): "a text in quotation marks"
            case (.number, _): "a number without quotation marks"
            case (.flag, _): "true or false"
            case (.list, _): "a text or a list of texts, for instance [\"a\", \"b\"]"
            }
        if let expected { throw .usage("\(place): '\(name)' has another type: expected \(expected)") }
    }
}
