// SPDX-License-Identifier: Apache-2.0
// `certauth demo`

import ArgumentParser

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "x")
}
