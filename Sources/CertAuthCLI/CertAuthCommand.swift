// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthOpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program `certauth`, with its subcommands.
@main
struct CertAuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certauth",
        abstract: "Authenticates TLS clients by their certificates, and shows how it decides.",
        discussion: """
            Begin with `certauth demo`: it creates a PKI in a temporary folder, starts a server, sends requests as \
            eight kinds of client, and shows each answer and its reason.

            Exit codes of every command: 0 done or accepted, 1 refused, 2 usage error, 3 failed.
            Colours are used only on a terminal, and only if NO_COLOR is not set.
            """,
        version: "certauth 0.1.0 (OpenSSL \(OpenSSLVersion.loaded))",
        subcommands: [
            DemoCommand.self, ServeCommand.self, VerifyCommand.self, InspectCommand.self, PKICommand.self,
            HeaderCommand.self,
        ]
    )

    init() {}

    /// Runs the command line and ends the process.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        endProcess(await run(arguments: arguments, terminal: .standard))
    }

    /// Runs one command and returns its exit code.
    static func run(arguments: [String], terminal: Terminal) async -> Int32 {
        let arguments = ArgumentCheck.withHelpInFront(arguments)
        var input: ServeInput?
        do {
            try ArgumentCheck.check(arguments)
            input = try ServeInput.of(arguments)
            var command = try parseAsRoot(input?.arguments ?? arguments)
            if let serve = command as? ServeCommand {
                try await serve.run(with: input)
            } else if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as CommandFailure {
            terminal.failure(input?.explained(failure) ?? failure)
            return failure.kind.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error, help: ArgumentCheck.help(for: arguments), input: input, terminal: terminal)
        }
    }

    /// Writes help and version to standard output, and usage errors to standard error with a hint about the help.
    private static func report(
        _ error: any Error,
        help: String,
        input: ServeInput?,
        terminal: Terminal
    ) -> Int32 {
        let code = exitCode(for: error)
        guard code != .success else {
            terminal.line(fullMessage(for: error))
            return 0
        }
        guard code == .validationFailure else {
            terminal.failure(CommandFailure(.internalError, "\(error)"))
            return CommandFailure.Kind.internalError.rawValue
        }
        let failure = UsageError.failure(message(for: error), help: help)
        terminal.failure(input?.explained(failure) ?? failure)
        return failure.kind.rawValue
    }
}

/// Calls `exit(3)`. Inside a command, `exit` would refer to its own method.
private func endProcess(_ code: Int32) -> Never { exit(code) }
