// SPDX-License-Identifier: Apache-2.0
// `certauth inspect`

import ArgumentParser

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "inspect", abstract: "x")
}
