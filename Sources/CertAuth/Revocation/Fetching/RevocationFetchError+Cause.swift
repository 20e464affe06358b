// SPDX-License-Identifier: Apache-2.0
// A fetch that failed, as the cause of an unknown status.

extension RevocationFetchError {
    /// The cause of the status of a certificate whose source `address` brought nothing.
    package func cause(address: String) -> RevocationStatus.Cause {
        let source = DisplayText.escaped(String(address.prefix(200)))
        return switch self {
        case .timedOut: .timedOut(source: source)
        case .tooLarge(_, let limit): .tooLarge(source: source, limit: limit)
        case .malformedResponse(_, let reason): .malformed(source: source, reason: DisplayText.escaped(reason))
        default: .unreachable(source: source, reason: "\(self)")
        }
    }
}
