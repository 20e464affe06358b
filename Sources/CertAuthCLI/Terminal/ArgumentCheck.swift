// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Finds mistakes in a command line that the argument parser does not report, or reports unclearly.
package enum ArgumentCheck {
    /// The options that may be given several times. For all others, only one value would count.
    private static let repeatable: Set<String> = [
        "--client-ca", "--intermediate", "--sni", "--sni-cert", "--sni-trust", "--pin", "--crl", "--allow-fetch-host",
        "--forwarded", "--trusted-proxy", "--proxy-protocol", "--trust", "--untrusted", "--ocsp", "--policy", "--dns",
        "--email",
        "--uri", "--ip", "--upn", "--eku", "--staple",
    ]
    /// The options of `serve` that may be given several times. Other commands have options of the same name that count
    /// once.
    private static let repeatableForServer: Set<String> = ["--listen", "--cert", "--key"]

    /// Whether a command may be given the option several times.
    package static func isRepeatable(_ option: String, of command: [String]) -> Bool {
        repeatable.contains(option) || (command == ["serve"] && repeatableForServer.contains(option))
    }

    /// Throws if a command does not exist, an option is given twice that counts once, or a value begins with a dash.
    package static func check(_ arguments: [String]) throws(CommandFailure) {
        let (path, rest) = try command(arguments)
        try checkOptions(rest, of: path)
    }

    /// Moves the word `help` in front of the command's group: the parser understands only `certauth help pki issue`, and
    /// would take the first word of `certauth pki help issue` for the name of a command.
    static func withHelpInFront(_ arguments: [String]) -> [String] {
        guard let position = arguments.firstIndex(of: "help"), position > 0 else { return arguments }
        var type: any ParsableCommand.Type = CertAuthCommand.self
        for word in arguments[..<position] {
            let next = type.configuration.subcommands.first { $0.configuration.commandName == word }
            guard let next, !next.configuration.subcommands.isEmpty else { return arguments }
            type = next
        }
        return ["help"] + arguments[..<position] + arguments[(position + 1)...]
    }

    /// The command that shows the help for these arguments.
    static func help(for arguments: [String]) -> String { help((try? command(arguments))?.path ?? []) }

    private static func help(_ path: [String]) -> String { (["certauth", "help"] + path).joined(separator: " ") }

    /// The names of the command and its subcommand, and the arguments after them.
    private static func command(
        _ arguments: [String]
    ) throws(CommandFailure) -> (path: [String], rest: ArraySlice<String>) {
        var rest = arguments[...]
        if rest.first == "help" { rest = rest.dropFirst() }
        var path: [String] = []
        var type: any ParsableCommand.Type = CertAuthCommand.self
        while !type.configuration.subcommands.isEmpty, let word = rest.first, !word.hasPrefix("-") {
            let known = type.configuration.subcommands
            guard let next = known.first(where: { $0.configuration.commandName == word }) else {
                let names = known.compactMap { $0.configuration.commandName }
                let group = (["certauth"] + path).joined(separator: " ")
                var hints = EditDistance.nearest(to: word, in: names).map { ["did you mean `\(group) \($0)`?"] } ?? []
                hints.append("commands of \(group): \(names.joined(separator: ", "))")
                throw CommandFailure(.usage, "\(group) has no command '\(UsageError.shown(word))'", hints: hints)
            }
            path.append(word)
            type = next
            rest = rest.dropFirst()
        }
        return (path, rest)
    }

    private static func checkOptions(_ arguments: ArraySlice<String>, of path: [String]) throws(CommandFailure) {
        let help = help(path)
        var seen: Set<String> = []
        var former: String?
        for argument in arguments.prefix(while: { $0 != "--" }) {
            defer { former = argument }
            if argument.hasPrefix("--") {
                let name = String(argument.prefix { $0 != "=" })
                guard !seen.insert(name).inserted, !isRepeatable(name, of: path) else { continue }
                throw CommandFailure(
                    .usage,
                    "\(UsageError.shown(name)) is given twice, but only one counts",
                    hints: ["leave one of them out", "see `\(help)`"]
                )
            }
            if let former, former.hasPrefix("--"), !former.contains("="), beginsWithDash(argument) {
                let value = former.contains("password") ? "VALUE" : UsageError.shown(argument)
                throw CommandFailure(
                    .usage,
                    "\(UsageError.shown(former)) \(value): a value cannot begin with a dash",
                    hints: [
                        "write \(UsageError.shown(former))=VALUE if the dash belongs to the value", "see `\(help)`",
                    ]
                )
            }
        }
    }

    /// Whether it is a negative number or a value with a dash, and not `-h`.
    private static func beginsWithDash(_ argument: String) -> Bool {
        argument.utf8.count > 1 && argument.hasPrefix("-") && argument != "-h"
    }
}
