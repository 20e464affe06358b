// SPDX-License-Identifier: Apache-2.0
// The metrics of requests.

import CertAuth

/// What the gate counts, each counter made once.
enum ListenerMetrics {
    /// Requests that were refused, by code.
    static let requestsRefused = CounterFamily("certauth.requests_refused", by: "code")
    /// Connections of HTTP/2 that were ended for what the peer did, by code.
    static let http2ConnectionsRefused = CounterFamily("certauth.http2_connections_refused", by: "code")
}
