// SPDX-License-Identifier: Apache-2.0
// The values of the flags of `certauth serve`.

import ArgumentParser

/// `--tickets`
enum TicketsArgument: String, ExpressibleByArgument, CaseIterable {
    case on, off
}

/// `--mode`
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
    case none, allow, require, delayed
}

/// `--verify`
enum ValidationArgument: String, ExpressibleByArgument, CaseIterable {
    case handshake, request
}

/// `--ca-names`
package enum AuthorityNamesArgument: Sendable, Equatable {
    case all, anchors, none
    case file(String)

    init(text: String) {
        self =
            switch text {
            case "all": .all
            case "anchors": .anchors
            case "none": .none
            default: .file(text)
            }
    }
}

/// `--tls-min`
enum TLSVersionArgument: String, ExpressibleByArgument, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"
}
