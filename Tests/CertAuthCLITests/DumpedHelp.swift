// SPDX-License-Identifier: Apache-2.0

/// What `certauth --experimental-dump-help` prints.
struct DumpedHelp: Decodable {
    struct Name: Decodable {
        let name: String
    }

    struct Argument: Decodable {
        let isRepeating: Bool
        let kind: String
        let names: [Name]?
    }

    struct Command: Decodable {
        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    let command: Command
}
