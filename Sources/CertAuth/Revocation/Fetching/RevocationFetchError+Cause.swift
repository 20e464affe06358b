// SPDX-License-Identifier: Apache-2.0

extension RevocationFetchError {
    /// The cause of an unknown status after the fetch from `address` failed.
    package func cause(address: String) -> RevocationStatus.Cause {
        let source = DisplayText.escaped(String(address.prefix(200)))
        return switch self {
        case .timedOut: .timedOut(source: source)
        case .tooLarge(_, let limit): .tooLarge(source: source, limit: limit)
        case .malformedResponse(_, let reason): .malformed(source: source, reason: DisplayText.escaped(reason))
        default: .unreachable(source: source, reason: "\(self)")
        }
    }

    /// Whether the source as a whole failed, so that fetching for another certificate would fail too.
    ///
    /// An HTTP status does not count: a responder may fail for one certificate alone, and one client must not cause the
    /// refusal of others.
    var concernsWholeSource: Bool {
        switch self {
        case .blockedAddress, .blockedPort, .hostNotAllowed, .unresolved, .unreachable, .timedOut: true
        default: false
        }
    }
}
