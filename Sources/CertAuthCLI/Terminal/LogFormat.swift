// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How the log is written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
