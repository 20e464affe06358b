// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flags for the configuration file.
struct ConfigurationArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with settings as a JSON object, whose names are those of the flags.",
            discussion: "SIGHUP reads it again."
        ),
        completion: .file()
    ) var config: String?
    @Flag(help: "Prints the settings in force as such a file, without passwords, and exits.") var printConfig = false
}
