// SPDX-License-Identifier: Apache-2.0
// `certauth serve`

import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "x")
}
