// SPDX-License-Identifier: Apache-2.0
// `certauth pki`

import ArgumentParser

/// A development PKI in a folder.
struct PKICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pki",
        abstract: "A development PKI in a folder.",
        discussion: "x",
        subcommands: []
    )
}
