// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flags for the password of PKCS #12 files.
struct PasswordArguments: ParsableArguments {
    @Option(help: "The password of PKCS #12 files, visible to all users while the command runs.") var password: String?
    @Option(
        help: ArgumentHelp(
            "A file whose first line is the password; by default CERTAUTH_PASSWORD, or the terminal is asked.",
            valueName: "file"
        ),
        completion: .file()
    ) var passwordFile: String?

    var isGiven: Bool { password != nil || passwordFile != nil }

    var source: PasswordSource {
        PasswordSource(flag: "--password", variable: "CERTAUTH_PASSWORD", text: password, file: passwordFile)
    }

    /// Runs `body` with the given password. If there is none and a file needs one, asks the terminal, once.
    func run<Value>(
        _ body: (String?) throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> Value {
        let given = try source.password()
        do throws(CommandFailure) {
            return try body(given)
        } catch {
            guard given == nil, error.needsPassword, let typed = Terminal.standard.password("Password: ") else {
                throw error
            }
            return try body(typed)
        }
    }
}
