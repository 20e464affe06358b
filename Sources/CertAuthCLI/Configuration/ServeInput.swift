// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthOpenSSL

/// The settings of `certauth serve` from its command line, the environment and a file, in this order of precedence.
package struct ServeInput: Sendable {
    /// A setting as it was given.
    package struct Setting: Sendable, Equatable {
        package let value: JSONSettings.Value
        package let origin: SettingOrigin
    }

    /// The settings by name. A setting of one source replaces that of the next as a whole.
    package private(set) var settings: [String: Setting] = [:]
    /// The file that the command line or the environment names; nil for none.
    package let file: String?
    /// The arguments of the command line.
    let commandLine: [String]
    /// Settings of TLS, which have no meaning without it.
    private static let onlyWithTLS: Set<String> = ["handshake-timeout", "late-timeout"]

    /// The settings of a command line. Nil if it is not one of `certauth serve`, or asks for help.
    static func of(_ arguments: [String]) throws(CommandFailure) -> ServeInput? {
        let others: Set = ["-h", "--help", "--experimental-dump-help"]
        let asks = !others.isDisjoint(with: arguments.prefix { $0 != "--" })
        guard arguments.first == "serve", !asks else { return nil }
        return try ServeInput(arguments) { SystemProcess.environment($0) }
    }

    /// Reads the environment and the file that the command line or the environment names.
    ///
    /// - Parameter arguments: the command line after `certauth`, which begins with `serve`.
    package init(
        _ arguments: [String],
        environment: (String) -> String?
    ) throws(CommandFailure) {
        commandLine = arguments
        file = Self.value(of: "--config", in: arguments) ?? environment("CERTAUTH_CONFIG")
        settings = Self.given(arguments)
        for flag in ServeFlag.all where settings[flag.name] == nil {
            guard let text = environment(flag.variable) else { continue }
            let value = try Self.value(of: text, for: flag)
            settings[flag.name] = Setting(value: value, origin: .environment(variable: flag.variable))
        }
        guard let file else { return }
        for member in try ConfigurationFile(path: file).members where settings[member.name] == nil {
            let origin = SettingOrigin.file(path: file, line: member.line)
            settings[member.name] = Setting(value: member.value, origin: origin)
        }
    }

    /// The command line with all settings as flags.
    package var arguments: [String] {
        let ends = commandLine.firstIndex(of: "--") ?? commandLine.endIndex
        let added = ServeFlag.all.flatMap { flag -> [String] in
            guard let setting = settings[flag.name], setting.origin != .commandLine else { return [] }
            return switch setting.value {
            case .text(let text), .number(let text): ["--\(flag.name)=\(text)"]
            case .list(let texts): texts.map { "--\(flag.name)=\($0)" }
            case .flag(let isSet): isSet ? ["--\(flag.name)"] : []
            }
        }
        return commandLine[..<ends] + added + commandLine[ends...]
    }

    /// The settings in force as a configuration file: those that were given, and the defaults. No passwords.
    package var printed: String {
        let isPlain = settings["plain"]?.value == .flag(true)
        let members = ServeFlag.all.compactMap { flag -> JSONValue? in
            let standard = isPlain && Self.onlyWithTLS.contains(flag.name) ? nil : flag.standard
            guard let value = settings[flag.name]?.value ?? standard else { return nil }
            return JSONValue(dictionaryLiteral: (flag.name, Self.json(value)))
        }
        return members.reduce(JSONValue.object([])) { $0.appending($1) }.pretty
    }

    /// Returns this input with the former values of settings that need a restart, and the names of those that differ.
    package func keeping(_ former: ServeInput) -> (input: ServeInput, kept: [String]) {
        var input = self
        var kept: [String] = []
        for flag in ServeFlag.all where flag.needsRestart {
            guard settings[flag.name]?.value != former.settings[flag.name]?.value else { continue }
            input.settings[flag.name] = former.settings[flag.name]
            kept.append("--\(flag.name)")
        }
        return (input, kept)
    }

    /// Returns a failure with the place of the setting that its message begins with.
    func explained(_ failure: CommandFailure) -> CommandFailure {
        guard failure.message.hasPrefix("--") else { return failure }
        let name = failure.message.dropFirst(2).prefix { $0 != " " && $0 != ":" && $0 != "=" }
        guard let place = settings[String(name)]?.origin.place else { return failure }
        return CommandFailure(failure.kind, failure.message, hints: failure.hints + ["--\(name) is set in \(place)"])
    }

    private static func json(_ value: JSONSettings.Value) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .number(let text): Int(text).map(JSONValue.integer) ?? .string(text)
        case .flag(let isSet): .bool(isSet)
        case .list(let texts): .strings(texts)
        }
    }

    /// The settings on the command line.
    private static func given(_ arguments: [String]) -> [String: Setting] {
        var found: [String: Setting] = [:]
        let options = arguments.prefix { $0 != "--" }
        for (index, argument) in options.enumerated() where argument.hasPrefix("--") {
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let flag = ServeFlag.named(String(parts.first ?? "")) else { continue }
            let next = index + 1 < options.count ? options[index + 1] : ""
            let text = parts.count == 2 ? String(parts[1]) : next
            let value: JSONSettings.Value =
                switch flag.kind {
                case .flag: .flag(true)
                case .text: .text(text)
                case .number: .number(text)
                case .list:
                    if case .list(let texts)? = found[flag.name]?.value { .list(texts + [text]) } else { .list([text]) }
                }
            found[flag.name] = Setting(value: value, origin: .commandLine)
        }
        return found
    }

    private static func value(of option: String, in arguments: [String]) -> String? {
        let options = arguments.prefix { $0 != "--" }
        for (index, argument) in options.enumerated() {
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.utf8.count + 1)) }
            if argument == option { return index + 1 < options.count ? options[index + 1] : nil }
        }
        return nil
    }

    private static func value(of text: String, for flag: ServeFlag) throws(CommandFailure) -> JSONSettings.Value {
        func failure(_ expected: String) -> CommandFailure {
            .usage("\(flag.variable) is '\(UsageError.shown(text))', expected \(expected)", hint: "or unset it")
        }
        guard !text.isEmpty else { throw failure("a value") }
        switch flag.kind {
        case .text: return .text(text)
        case .number:
            guard let number = Int(text) else { throw failure("a number") }
            return .number("\(number)")
        case .flag:
            guard let isSet = ["true": true, "false": false][text] else { throw failure("true or false") }
            return .flag(isSet)
        case .list:
            guard text.hasPrefix("[") else { return .list([text]) }
            // An address in brackets is not a list.
            let object = Array("{\"\(flag.name)\":\(text)}".utf8)
            let parsed = try? JSONSettings(object, most: ConfigurationFile.mostValues)
            if case .list(let texts)? = parsed?.members.first?.value { return .list(texts) }
            guard flag.name == "listen", !text.contains("\"") else { throw failure("a text, or a JSON list of texts") }
            return .list([text])
        }
    }
}
