// SPDX-License-Identifier: Apache-2.0
// The metrics of requests.

import CertAuth

/// What the gate counts, each counter made once.
enum ListenerMetrics {
    /// Requests that were refused, by code.
    static let requestsRefused = CounterFamily("certauth.requests_refused", by: "code")
}
