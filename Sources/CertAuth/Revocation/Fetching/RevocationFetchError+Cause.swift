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

    /// Whether the source could not be reached at all, so that asking about another certificate would fail too.
    ///
    /// A status code does not count: a responder may fail for one certificate alone, and a client must not be able to
    /// have all others refused.
    var concernsWholeSource: Bool {
        switch self {
        case .blockedAddress, .blockedPort, .hostNotAllowed, .unresolved, .unreachable, .timedOut: true
        default: false
        }
    }
}
