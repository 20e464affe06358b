// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth
import CertAuthOpenSSL
import Synchronization

/// The settings of a running server, which the file of `--config` may change.
final class ServeInForce: Sendable {
    /// Settings that a reload may put into force.
    struct Candidate: Sendable {
        let settings: ServeSettings
        fileprivate let input: ServeInput?
        /// The flags that differ in the file but need a restart.
        let kept: [String]
    }

    private struct State {
        var settings: ServeSettings
        var input: ServeInput?
    }

    private let state: Mutex<State>
    /// The command line, to read the file again.
    private let arguments: [String]

    /// - Parameter input: nil if no file can change the settings.
    init(_ settings: ServeSettings, input: ServeInput? = nil) {
        arguments = input?.commandLine ?? []
        state = Mutex(State(settings: settings, input: input))
    }

    /// The file of `--config`; nil for none.
    var configurationFile: String? { state.withLock { $0.input?.file } }

    var settings: ServeSettings { state.withLock { $0.settings } }

    /// Reads the file of `--config` again. The settings in force if there is none.
    func next() throws(CommandFailure) -> Candidate {
        let current = state.withLock { $0 }
        guard let former = current.input, former.file != nil else {
            return Candidate(settings: current.settings, input: current.input, kept: [])
        }
        let read = try ServeInput(arguments) { SystemProcess.environment($0) }
        let (input, kept) = read.keeping(former)
        return Candidate(settings: try input.settings(after: current.settings), input: input, kept: kept)
    }

    /// Puts settings into force that the listener has loaded.
    func adopt(_ candidate: Candidate) {
        state.withLock { $0 = State(settings: candidate.settings, input: candidate.input) }
    }
}

extension ServeInput {
    /// Parses the settings as at the start.
    ///
    /// - Parameter former: the settings whose stores, secrets and passwords continue.
    fileprivate func settings(after former: ServeSettings) throws(CommandFailure) -> ServeSettings {
        let command: any ParsableCommand
        do {
            command = try CertAuthCommand.parseAsRoot(arguments)
        } catch {
            throw explained(UsageError.failure(CertAuthCommand.message(for: error), help: "certauth help serve"))
        }
        guard let serve = command as? ServeCommand else { return former }
        do throws(CommandFailure) {
            return try serve.settings(after: former)
        } catch {
            throw explained(error)
        }
    }
}
