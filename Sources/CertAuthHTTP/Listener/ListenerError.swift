// SPDX-License-Identifier: Apache-2.0
// Why a listener cannot be made or started.

import NIOCore

/// Why a listener cannot be made or started.
public enum ListenerError: Error, Equatable, Sendable {
    /// A listener starts once.
    case alreadyStarted
    /// A limit or timeout that must be positive is not.
    case notPositive(setting: String, found: Int)
}

extension ListenerError: CustomStringConvertible {
    /// What is wrong, what was found and what would be right.
    public var description: String {
        switch self {
        case .alreadyStarted: "the listener was started before: make a new one"
        case .notPositive(let setting, let found): "\(setting) is \(found), expected more than zero"
        }
    }
}

extension HTTPSListenerLimits {
    func check() throws(ListenerError) {
        let values = [
            ("connections", connections), ("headerBytes", headerBytes), ("bodyBytes", bodyBytes + 1),
            ("headerTimeout", Int(headerTimeout.nanoseconds)), ("bodyTimeout", Int(bodyTimeout.nanoseconds)),
            ("responseTimeout", Int(responseTimeout.nanoseconds)), ("idleTimeout", Int(idleTimeout.nanoseconds)),
            ("shutdownTimeout", Int(shutdownTimeout.nanoseconds)),
        ]
        for (setting, value) in values where value <= 0 {
            throw .notPositive(setting: setting, found: value)
        }
    }
}
