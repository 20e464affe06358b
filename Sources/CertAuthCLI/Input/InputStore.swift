// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Loads the files of a configuration, and keeps the objects in force: a reload makes new ones only for files whose
/// bytes have changed.
package final class InputStore: Sendable {
    /// How often files are read again that change meanwhile.
    private static let attempts = 3

    private let inForce = Mutex(InputObjects())

    package init() {}

    /// Reads the files of a configuration as they are at one moment, then puts them into force. One load at a time.
    ///
    /// - Parameters:
    ///   - password: decrypts private keys.
    ///   - prepare: returns the configuration and its files. It may read files that name others, and is called again if
    ///     a file has changed meanwhile.
    ///   - apply: puts the configuration into force, or throws and changes nothing.
    package func load<Configuration, Value: Sendable>(
        password: String?,
        prepare: (InputSnapshot) throws(CommandFailure) -> (configuration: Configuration, files: [InputFile]),
        apply: (Configuration, InputSnapshot) throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> Value {
        try inForce.withLock { (inForce) throws(CommandFailure) -> Value in
            var known = inForce
            var attempt = 0
            while true {
                attempt += 1
                let snapshot = InputSnapshot(known: known, password: password)
                let prepared = Result { () throws(CommandFailure) in
                    let prepared = try prepare(snapshot)
                    snapshot.read(prepared.files)
                    return prepared.configuration
                }
                if let path = snapshot.changedPath {
                    guard attempt < Self.attempts else {
                        throw .usage(
                            "\(path): changed while the files were read, \(attempt) times",
                            hint: "write a new file beside it and rename it to this name"
                        )
                    }
                    known.merge(snapshot.objects)
                    continue
                }
                let value = try apply(try prepared.get(), snapshot)
                inForce = snapshot.objects
                return value
            }
        }
    }
}
