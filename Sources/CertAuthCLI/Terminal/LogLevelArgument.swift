// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging

/// The least severe level of the log.
enum LogLevelArgument: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
